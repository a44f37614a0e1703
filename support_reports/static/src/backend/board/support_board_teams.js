import {patch} from "@web/core/utils/patch";
import {SupportBoardTeams} from "@support_sla/backend/board/support_board_cards";
import {formatHours} from "./support_board_load";

/** The table of teams gets two columns: work left, and what will be late. */
patch(SupportBoardTeams.prototype, {
    formatHours,
});
