import {SupportRotaPicture} from "@support_sla/backend/support_rota_picture";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {CalendarController} from "@web/views/calendar/calendar_controller";
import {CalendarModel} from "@web/views/calendar/calendar_model";
import {calendarView} from "@web/views/calendar/calendar_view";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";

/** Turns, with the gaps of every rota beside them: read again whenever a turn has changed. */
export class SupportRotaCalendarModel extends CalendarModel {
    async updateData(data) {
        const [rotas] = await Promise.all([
            this.orm.call("support.role", "get_rotas", []),
            super.updateData(data),
        ]);
        data.rotas = rotas;
    }
}

export class SupportRotaCalendarController extends CalendarController {
    static template = "support_sla.RotaCalendarController";
    static components = {...CalendarController.components, SupportRotaPicture};

    setup() {
        super.setup();
        this.supportAction = useService("action");
        this.supportDialog = useService("dialog");
        this.supportOrm = useService("orm");
    }

    async fillRota() {
        const action = await this.supportOrm.call("support.role.duty", "action_open_fill", []);
        this.supportAction.doAction(action, {onClose: () => this.model.load()});
    }

    newTurn() {
        this.supportDialog.add(FormViewDialog, {
            resModel: "support.role.duty",
            context: this.props.context,
            onRecordSaved: () => this.model.load(),
        });
    }
}

registry.category("views").add("support_rota_calendar", {
    ...calendarView,
    Controller: SupportRotaCalendarController,
    Model: SupportRotaCalendarModel,
    buttonTemplate: "support_sla.RotaCalendarButtons",
});
