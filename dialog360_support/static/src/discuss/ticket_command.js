import "@mail/discuss/core/common/channel_commands";

import {LivechatCommandDialog} from "@im_livechat/core/common/livechat_command_dialog";
import {registerThreadAction} from "@mail/core/common/thread_actions";
import {_t} from "@web/core/l10n/translation";
import {usePopover} from "@web/core/popover/popover_hook";
import {registry} from "@web/core/registry";

const mayMakeTicket = ({store, thread}) =>
    Boolean(thread?.dialog360_is_chat && store.dialog360_makes_tickets);

registry.category("discuss.channel_commands").add("ticket", {
    channel_types: ["livechat"],
    condition: mayMakeTicket,
    help: _t("Make a ticket of this chat (/ticket title)"),
    methodName: "execute_command_ticket",
});

registerThreadAction("dialog360-ticket", {
    actionPanelComponent: LivechatCommandDialog,
    actionPanelComponentProps: ({action}) => ({
        close: () => action.close(),
        commandName: "ticket",
        placeholderText: _t("e.g. Templates are not delivered"),
        title: _t("Make a Ticket"),
        icon: "fa fa-ticket",
    }),
    close: ({action}) => action.popover?.close(),
    condition: ({owner, store, thread}) =>
        mayMakeTicket({store, thread}) && !owner.isDiscussSidebarChannelActions,
    panelOuterClass: "bg-100",
    icon: "fa fa-ticket",
    name: _t("Make a Ticket"),
    sequence: 11,
    sequenceGroup: 25,
    setup({owner}) {
        if (!owner.env.inChatWindow) {
            this.popover = usePopover(LivechatCommandDialog, {
                onClose: () => this.close(),
                popoverClass: this.panelOuterClass,
            });
        }
    },
    toggle: true,
    open({owner, thread}) {
        this.popover?.open(owner.root.el.querySelector(`[name="${this.id}"]`), {
            thread,
            ...this.actionPanelComponentProps,
        });
    },
});
