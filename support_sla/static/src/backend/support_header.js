import {onPatched} from "@odoo/owl";
import {useDropdownState} from "@web/core/dropdown/dropdown_hooks";
import {useHotkey} from "@web/core/hotkeys/hotkey_hook";
import {patch} from "@web/core/utils/patch";
import {FormCompiler} from "@web/views/form/form_compiler";
import {StatusBarButtons} from "@web/views/form/status_bar_buttons/status_bar_buttons";

/** In a header with rare buttons, the first of those with this class is the one that stands out. */
const PRIMARY = "btn-primary";
/** A button of a form's header with this class stands under "More"; its hotkey works all the same. */
const RARE = "o_support_rare";

patch(FormCompiler.prototype, {
    compileHeader() {
        const statusBar = super.compileHeader(...arguments);
        for (const slot of statusBar.querySelectorAll("StatusBarButtons > t")) {
            const button = slot.firstElementChild;
            if (new RegExp(`\\b${PRIMARY}\\b`).test(button?.getAttribute("className") || "")) {
                slot.setAttribute("isPrimary", "true");
            }
            if (new RegExp(`\\b${RARE}\\b`).test(button?.getAttribute("className") || "")) {
                slot.setAttribute("isRare", "true");
                const hotkey = JSON.parse(button.getAttribute("attrs") || "{}")["data-hotkey"];
                if (hotkey) {
                    slot.setAttribute("hotkey", JSON.stringify(hotkey));
                }
            }
        }
        return statusBar;
    },
});

patch(StatusBarButtons.prototype, {
    setup() {
        super.setup(...arguments);
        const rare = Object.entries(this.props.slots || {}).filter(([, slot]) => slot.isRare);
        if (!rare.length) {
            return;
        }
        this.supportMore = useDropdownState();
        // a menu without entries does not stay open
        onPatched(() => {
            if (this.supportMore.isOpen && !this.rareSlotNames.length) {
                this.supportMore.close();
            }
        });
        const hotkeys = new Set(rare.map(([, slot]) => slot.hotkey).filter(Boolean));
        for (const hotkey of hotkeys) {
            useHotkey(`alt+${hotkey}`, () => this.supportPress(hotkey), {
                bypassEditableProtection: true,
                isAvailable: () =>
                    !this.env.isSmall &&
                    this.rareSlotNames.some((name) => this.props.slots[name].hotkey === hotkey),
            });
        }
    },

    /**
     * Where some are rare: what is rarely needed comes last and what is to be done next comes first. On a phone only
     * the first one is a button of its own.
     */
    get visibleSlotNames() {
        const names = [...super.visibleSlotNames];
        if (!this.supportMore) {
            return names;
        }
        const rank = (name) => {
            const slot = this.props.slots[name];
            return slot.isRare ? 2 : slot.isPrimary ? 0 : 1;
        };
        return names.sort((one, other) => rank(one) - rank(other));
    },

    /** What stands under "More"; one alone needs no menu. */
    get rareSlotNames() {
        const rare = this.visibleSlotNames.filter((name) => this.props.slots[name].isRare);
        return rare.length > 1 ? rare : [];
    },

    get commonSlotNames() {
        const rare = this.rareSlotNames;
        return this.visibleSlotNames.filter((name) => !rare.includes(name));
    },

    /** An entry chosen with the arrow keys: its button is what acts. */
    supportSelect(ev) {
        ev.target.querySelector("button")?.click();
    },

    /** Press the button behind "More": it is on the page only while the menu is. */
    async supportPress(hotkey) {
        this.supportMore.open();
        for (let tries = 0; tries < 20; tries++) {
            const button = document.querySelector(
                `.o_support_more_menu [data-hotkey="${CSS.escape(hotkey)}"]`,
            );
            if (button) {
                button.click();
                return;
            }
            await new Promise((resolve) => requestAnimationFrame(resolve));
        }
    },
});
