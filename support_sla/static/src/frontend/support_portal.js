import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

// As on the server (helpdesk_ticket_portal.py), so that nothing jumps when the browser takes over.
const UNITS = [
    ["day", 2 * 86400, 86400],
    ["hour", 2 * 3600, 3600],
    ["minute", 60, 60],
    ["second", 0, 1],
];

/** Keeps "in 12 minutes" going without asking the server. */
export class SupportCountdown extends Interaction {
    static selector = ".o_support_countdown";

    setup() {
        // the server's clock, not the reader's, which may be wrong
        this.ahead = Date.parse(this.el.dataset.now) - Date.now();
        this.due = Date.parse(this.el.getAttribute("datetime"));
        this.words = new Intl.RelativeTimeFormat(this.el.dataset.lang);
    }

    start() {
        if (Number.isNaN(this.due) || Number.isNaN(this.ahead)) {
            return;
        }
        this.tick();
        const timer = setInterval(() => this.tick(), 1000);
        this.registerCleanup(() => clearInterval(timer));
    }

    tick() {
        const seconds = Math.trunc((this.due - Date.now() - this.ahead) / 1000);
        const [unit, , size] = UNITS.find(([, least]) => Math.abs(seconds) >= least);
        const whole = Math.max(1, Math.floor(Math.abs(seconds) / size));
        const text = this.words.format(seconds >= 0 ? whole : -whole, unit);
        if (this.el.textContent !== text) {
            this.el.textContent = text;
        }
        this.el.classList.toggle("o_support_past", seconds < 0);
    }
}

/** "Answer" goes to where one writes. Without a script the link goes to the conversation. */
export class SupportAnswer extends Interaction {
    static selector = ".o_support_answer";
    dynamicContent = {
        _root: {"t-on-click": this.onClick},
    };

    onClick(ev) {
        const root = document.getElementById("chatterRoot");
        const composer = root?.shadowRoot?.querySelector(".o-mail-Composer-input");
        if (!composer) {
            return;
        }
        ev.preventDefault();
        const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
        composer.scrollIntoView({behavior: still ? "auto" : "smooth", block: "center"});
        composer.focus({preventScroll: true});
    }
}

/** Shows the services of the chosen queue and the kinds of request of the chosen service only. The server checks in
 * any case. */
export class SupportNewTicket extends Interaction {
    static selector = ".o_support_form";
    dynamicContent = {
        "input[name=team]": {"t-on-change": this.showServices},
        "input[name=support_service_id]": {"t-on-change": this.showKinds},
        "input[name=support_kind_id]": {"t-on-change": this.chooseService},
    };

    start() {
        this.showServices();
        this.showKinds();
        // the first thing to read after a form came back
        document.getElementById("support_guard_errors")?.focus();
    }

    showServices() {
        const services = this.el.querySelector(".o_support_services");
        if (!services || !this.el.querySelector("input[name=team][type=radio]")) {
            return;
        }
        const team = this.el.querySelector("input[name=team]:checked")?.value;
        let offered = 0;
        for (const card of services.querySelectorAll(".o_support_card")) {
            const fits = !team || !card.dataset.team || card.dataset.team === team;
            const input = card.querySelector("input");
            card.hidden = !fits;
            input.disabled = !fits;
            input.checked &&= fits;
            offered += fits;
        }
        for (const input of services.querySelectorAll("input")) {
            input.required = Boolean(team) && offered > 0;
        }
        services.querySelector(".o_support_no_service").hidden = offered > 0;
        this.showKinds();
    }

    /** As the server has rendered them for the service that was chosen when the page came: nothing moves. */
    showKinds() {
        const kinds = this.el.querySelector(".o_support_kinds");
        if (!kinds) {
            return;
        }
        const service = this.el.querySelector("input[name=support_service_id]:checked")?.value;
        for (const level of kinds.querySelectorAll(".o_support_level")) {
            let offered = 0;
            for (const row of level.querySelectorAll(".o_support_kind")) {
                const places = row.dataset.services?.split(" ");
                const fits = !service || !places || places.includes(service);
                const input = row.querySelector("input");
                if (!fits && input.checked) {
                    kinds.querySelector("input[value='']").checked = true;
                }
                row.hidden = !fits;
                input.disabled = !fits;
                offered += fits;
            }
            level.hidden = !offered;
        }
        kinds.hidden = !kinds.querySelector(".o_support_level:not([hidden])");
    }

    /** Who has said the kind has said the service. */
    chooseService(ev) {
        const service = ev.currentTarget.closest(".o_support_kind")?.dataset.service;
        const radio = service && document.getElementById(`support_service_id_${service}`);
        if (
            radio &&
            !radio.disabled &&
            !this.el.querySelector("input[name=support_service_id]:checked")
        ) {
            radio.checked = true;
            this.showKinds();
        }
    }
}

registry.category("public.interactions").add("support_sla.countdown", SupportCountdown);
registry.category("public.interactions").add("support_sla.answer", SupportAnswer);
registry.category("public.interactions").add("support_sla.new_ticket", SupportNewTicket);
