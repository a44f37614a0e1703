import {ImportAction} from "@base_import/import_action/import_action";
import {patch} from "@web/core/utils/patch";
import {useService} from "@web/core/utils/hooks";

/** After a history was imported, its page tells what became of it; the rows alone would not. */
patch(ImportAction.prototype, {
    setup() {
        super.setup();
        this.supportOrm = useService("orm");
    },

    async openRecords(resIds) {
        if (this.model.resModel !== "support.history.row") {
            return super.openRecords(resIds);
        }
        const action = await this.supportOrm.call("support.history.row", "action_open_batch", [
            resIds.slice(0, 1),
        ]);
        return this.actionService.doAction(action, {clearBreadcrumbs: true});
    },
});
