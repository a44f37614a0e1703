import {Component, useRef, useState} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A step has one of these states; anything else is shown as open. */
const STATES = {
    done: {icon: "fa-check", word: _t("done")},
    current: {icon: "", word: _t("in progress")},
    skipped: {icon: "fa-forward", word: _t("skipped")},
    open: {icon: "", word: _t("still to come")},
};

/**
 * Where something stands that goes through steps one after another. One step is looked at more closely: the
 * current one at first, then whichever is tapped or reached with the arrow keys.
 *
 * A step is `{key, label, state: done|current|open|skipped, by, at, note, round}`: `by` and `note` are words or "",
 * `at` is UTC text as the server writes it or false, `round` counts how often the step was begun (above 1 it is
 * shown). `word` says the state in other words than the stepper's own. Steps may have further keys.
 */
export class SupportStepper extends Component {
    static template = "support_sla.Stepper";
    static props = {
        steps: Array,
        /** what the whole is called, for those who do not see it */
        label: {type: String, optional: true},
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({chosen: null});
    }

    get steps() {
        return this.props.steps.map((step, index) => {
            const state = STATES[step.state] ? step.state : "open";
            const moment = step.at
                ? formatDateTime(deserializeDateTime(step.at), {showSeconds: false})
                : "";
            const facts = [step.word || STATES[state].word, step.by || "", moment]
                .filter(Boolean)
                .join(" · ");
            return {
                ...step,
                state,
                number: index + 1,
                icon: STATES[state].icon,
                round: step.round > 1 ? step.round : 0,
                facts,
                description: _t("%(number)s. %(label)s: %(facts)s", {
                    number: index + 1,
                    label: step.label,
                    facts,
                }),
            };
        });
    }

    /** Whoever chose none looks at the current step; when all are over, at the last. */
    get chosen() {
        const steps = this.steps;
        return (
            steps.find((step) => step.key === this.state.chosen) ||
            steps.find((step) => step.state === "current") ||
            steps.find((step) => step.state === "open") ||
            steps[steps.length - 1]
        );
    }

    get summary() {
        const all = this.props.steps.length;
        const current = this.steps.find((step) => step.state === "current");
        if (current) {
            return _t("Step %(number)s of %(all)s", {number: current.number, all});
        }
        const over = this.props.steps.filter((step) =>
            ["done", "skipped"].includes(step.state),
        ).length;
        return _t("%(over)s of %(all)s done", {over, all});
    }

    choose(step) {
        this.state.chosen = step.key;
    }

    onKeydown(ev) {
        const steps = this.steps;
        const last = steps.length - 1;
        const index = steps.findIndex((step) => step.key === this.chosen.key);
        const target = {
            ArrowRight: Math.min(index + 1, last),
            ArrowDown: Math.min(index + 1, last),
            ArrowLeft: Math.max(index - 1, 0),
            ArrowUp: Math.max(index - 1, 0),
            Home: 0,
            End: last,
        }[ev.key];
        if (target === undefined) {
            return;
        }
        ev.preventDefault();
        this.choose(steps[target]);
        this.root.el.querySelectorAll(".o_support_step_button")[target].focus();
    }
}

/** The steps of a record, from a JSON field: a list of steps, see `SupportStepper`. */
export class SupportStepperField extends Component {
    static template = "support_sla.StepperField";
    static components = {SupportStepper};
    static props = {...standardFieldProps, label: {type: String, optional: true}};

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("support_stepper", {
    component: SupportStepperField,
    displayName: _t("Steps"),
    supportedTypes: ["json"],
    extractProps: ({string}) => ({label: string}),
});
