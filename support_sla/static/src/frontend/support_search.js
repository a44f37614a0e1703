import {_t} from "@web/core/l10n/translation";
import {rpc} from "@web/core/network/rpc";
import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

/** After so many milliseconds without a key the server is asked. */
const PAUSE = 250;
const LEAST = 3;

/** Asks the server once the typing pauses; an older answer never replaces a newer one. */
class Asker {
    constructor(interaction, show) {
        this.show = show;
        this.provider = document.querySelector("input[name=support_provider]")?.value;
        this.page = document.querySelector(".o_support_search")?.dataset.page;
        this.asked = "";
        this.debounced = interaction.debounced((text) => this.ask(text), PAUSE);
    }

    type(text) {
        this.debounced(text.trim());
    }

    async ask(text) {
        if (text === this.asked) {
            return;
        }
        this.asked = text;
        // an empty question brings the hint back
        const question = text.length < LEAST ? "" : text;
        let answer = null;
        try {
            answer = await rpc(
                "/my/support/search",
                {text: question, support_provider: this.provider, page: this.page},
                {silent: true},
            );
        } catch {
            return; // the form works without it
        }
        if (text !== this.asked) {
            return;
        }
        if (answer.wait) {
            this.asked = "";
            return;
        }
        this.show(answer);
    }
}

/** Nodes of what the server rendered: its template has escaped what people wrote. */
function toNodes(html) {
    return [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
}

/** The search box: arrows go through what was found, Escape comes back, Enter follows the link. */
export class SupportSearch extends Interaction {
    static selector = ".o_support_search";
    dynamicContent = {
        "input[name=search]": {"t-on-input": this.onInput},
        _root: {"t-on-keydown": this.onKeydown, "t-on-submit": this.onSubmit},
        ".o_support_found": {"t-on-click": this.onClick},
    };

    setup() {
        this.input = this.el.querySelector("input[name=search]");
        this.found = this.el.querySelector(".o_support_found");
        this.asker = new Asker(this, (answer) => {
            this.found.replaceChildren(...toNodes(answer.html));
            this.el.querySelector(".o_support_said").textContent = answer.said;
        });
    }

    onInput() {
        this.asker.type(this.input.value);
    }

    onSubmit(ev) {
        // what it would show is on the page already, and what was typed below would be lost
        ev.preventDefault();
        this.asker.ask(this.input.value.trim());
    }

    onKeydown(ev) {
        const hits = [...this.found.querySelectorAll(".o_support_hit")];
        const at = hits.indexOf(document.activeElement);
        let to = null;
        if (ev.key === "ArrowDown") {
            to = hits[Math.min(at + 1, hits.length - 1)];
        } else if (ev.key === "ArrowUp" && at >= 0) {
            to = at ? hits[at - 1] : this.input;
        } else if (ev.key === "Escape" && at >= 0) {
            to = this.input;
        }
        if (to) {
            ev.preventDefault();
            to.focus();
        }
    }

    /** On a provider's form a service is chosen where it stands, and nothing typed is lost. */
    onClick(ev) {
        const id = ev.target.closest("[data-service]")?.dataset.service;
        const radio = id && document.getElementById(`support_service_id_${id}`);
        if (!radio) {
            return;
        }
        ev.preventDefault();
        // those that were not chosen may be folded away
        radio.closest("details")?.setAttribute("open", "");
        const card = radio.closest(".o_support_card");
        const team = card.dataset.team && document.getElementById(`team_${card.dataset.team}`);
        if (team && !team.checked) {
            team.checked = true;
            team.dispatchEvent(new Event("change", {bubbles: true}));
        }
        radio.checked = true;
        radio.dispatchEvent(new Event("change", {bubbles: true}));
        const subject = document.getElementById("subject");
        if (subject && !subject.value) {
            subject.value = this.input.value.trim();
        }
        this.el.querySelector(".o_support_said").textContent = _t(
            "Chosen: %s",
            ev.target.closest("[data-service]").querySelector("strong").textContent,
        );
        radio.focus();
    }
}

/** Below the subject: whether one's own open ticket is about the same. */
export class SupportSimilar extends Interaction {
    static selector = ".o_support_form";
    dynamicContent = {
        "#subject": {"t-on-input": this.onInput},
    };

    setup() {
        this.asker = new Asker(this, (answer) => {
            const first = answer.tickets
                ? toNodes(answer.html)
                      .flatMap((node) =>
                          node.querySelectorAll ? [...node.querySelectorAll("a")] : [],
                      )
                      .slice(0, 1)
                : [];
            this.el.querySelector("#support_similar").replaceChildren(...first);
        });
    }

    onInput(ev) {
        this.asker.type(ev.currentTarget.value);
    }
}

registry.category("public.interactions").add("support_sla.search", SupportSearch);
registry.category("public.interactions").add("support_sla.similar", SupportSimilar);
