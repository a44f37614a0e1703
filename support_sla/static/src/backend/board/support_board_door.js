import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

/** A figure that opens the records it counts; nothing to open is no button. */
export class SupportBoardDoor extends Component {
    static template = "support_sla.BoardDoor";
    static props = {
        door: Object,
        open: Function,
        text: {type: String, optional: true},
        tone: {type: String, optional: true},
        slots: {type: Object, optional: true},
    };

    get text() {
        return this.props.text ?? String(this.props.door.count);
    }

    get label() {
        return _t("%(name)s: %(figure)s", {name: this.props.door.name, figure: this.text});
    }
}
