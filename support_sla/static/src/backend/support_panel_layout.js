import {_t} from "@web/core/l10n/translation";

import {formatCountdown, formatLength, formatMoment, toMillis} from "./support_time";

/** Neither what has been nor what is to come may shrink to nothing beside the other. */
const LEAST_SHARE = 0.25;
/** Percent of the width that a folded stretch takes, and all of them together at most. */
const FOLD_WIDTH = 4;
const FOLDS_WIDTH = 32;
const LIVE = ["running", "paused"];

/** What is closed on a panel stays so: reckoned once, not every second. */
const closedOf = new WeakMap();

/**
 * Stretches in which nobody counts: nights, weekends and holidays of every promise that is measured then.
 *
 * @param {Object[]} clocks of the panel
 * @returns {{start: number, stop: number, labels: string[]}[]} in order, without overlap
 */
function findClosed(clocks) {
    const segments = clocks.flatMap((clock) =>
        clock.segments
            .filter((segment) => segment.stop)
            .map((segment) => ({
                kind: segment.kind,
                label: segment.label,
                start: toMillis(segment.start),
                stop: toMillis(segment.stop),
            })),
    );
    const cuts = [...new Set(segments.flatMap((segment) => [segment.start, segment.stop]))].sort(
        (a, b) => a - b,
    );
    const found = [];
    for (let index = 1; index < cuts.length; index++) {
        const [low, high] = [cuts[index - 1], cuts[index]];
        const covering = segments.filter((segment) => segment.start <= low && high <= segment.stop);
        const closed = covering.filter((segment) => segment.kind === "closed");
        // a pause goes on over the night, but it takes nothing away there
        if (!closed.length || covering.some((segment) => segment.kind === "counted")) {
            continue;
        }
        const labels = closed.map((segment) => segment.label).filter(Boolean);
        const last = found.at(-1);
        if (last && last.stop === low) {
            last.stop = high;
            last.labels = [...new Set([...last.labels, ...labels])];
        } else {
            found.push({start: low, stop: high, labels: [...new Set(labels)]});
        }
    }
    return found;
}

/** The closed stretches that are worth folding to a mark, so that the axis shows opening time. */
function findFolds(clocks, start, stop) {
    if (!closedOf.has(clocks)) {
        closedOf.set(clocks, findClosed(clocks));
    }
    return closedOf
        .get(clocks)
        .map((fold) => ({
            ...fold,
            start: Math.max(fold.start, start),
            stop: Math.min(fold.stop, stop),
        }))
        .filter((fold) => fold.stop - fold.start > ((stop - start) * FOLD_WIDTH) / 100);
}

/**
 * One time axis for all bars. Stretches in which no promise counts are folded. What lies before and after `now`
 * each get a fair share of the rest, so that ten minutes are still seen on a ticket of three weeks; within each
 * part the axis is linear.
 *
 * @param {Object[]} clocks of the panel
 * @param {number} now
 * @returns {{start: number, stop: number, now: number|null, at: (millis: number) => number,
 *  folds: {left: number, width: number, start: number, stop: number, labels: string[]}[]}} `at`, `now`, `left` and
 *  `width` in percent
 */
export function makeAxis(clocks, now) {
    const live = clocks.some((clock) => LIVE.includes(clock.state));
    const moments = clocks
        .flatMap((clock) => [clock.due, clock.stopped].map(toMillis))
        .filter((moment) => moment !== null);
    const start = Math.min(...clocks.map((clock) => toMillis(clock.start)), live ? now : Infinity);
    let stop = Math.max(...moments, live ? now : start);
    if (stop - start < 60000) {
        stop = start + 60000;
    }
    const middle = live ? Math.min(Math.max(now, start), stop) : stop;
    const folds = findFolds(clocks, start, stop);
    const foldWidth = folds.length && Math.min(FOLD_WIDTH, FOLDS_WIDTH / folds.length);

    // the pieces of the axis in order: {start, stop, fold: boolean, past: boolean}
    const pieces = [];
    const add = (low, high, fold) => {
        if (low < high) {
            pieces.push({start: low, stop: high, fold, past: low < middle});
        }
    };
    let reached = start;
    for (const fold of [...folds, {start: stop, stop}]) {
        // outside the folds now is a border between two scales
        add(reached, Math.min(Math.max(middle, reached), fold.start), false);
        add(Math.min(Math.max(middle, reached), fold.start), fold.start, false);
        add(fold.start, fold.stop, true);
        reached = fold.stop;
    }
    const lengthOf = (past) =>
        pieces
            .filter((piece) => !piece.fold && piece.past === past)
            .reduce((sum, piece) => sum + piece.stop - piece.start, 0);
    const [past, future] = [lengthOf(true), lengthOf(false)];
    let share = past / (past + future || 1);
    if (past && future) {
        share = Math.min(Math.max(share, LEAST_SHARE), 1 - LEAST_SHARE);
    }
    const room = past || future ? 100 - foldWidth * folds.length : 0;
    let left = 0;
    for (const piece of pieces) {
        const length = piece.stop - piece.start;
        const part = piece.past ? (share * length) / past : ((1 - share) * length) / future;
        piece.left = left;
        piece.width = piece.fold ? (room ? foldWidth : 100 / folds.length) : room * part;
        left += piece.width;
    }
    const at = (millis) => {
        const moment = Math.min(Math.max(millis, start), stop);
        const piece = pieces.find(({stop: end}) => moment <= end) || pieces.at(-1);
        const inside = (moment - piece.start) / (piece.stop - piece.start);
        return Math.round((piece.left + piece.width * inside) * 100) / 100;
    };
    return {
        start,
        stop,
        now: live ? at(now) : null,
        at,
        folds: folds.map((fold) => {
            const edge = at(fold.start);
            return {...fold, left: edge, width: Math.round((at(fold.stop) - edge) * 100) / 100};
        }),
    };
}

/**
 * What is drawn of one clock: stretches that counted, that were over the time, paused, closed, and those ahead.
 *
 * @param {Object} clock
 * @param {Object} axis
 * @param {number} now
 * @param {number} read when the server read the clock: a stretch that ended then goes on
 */
export function makePieces(clock, axis, now, read) {
    const due = toMillis(clock.due);
    const live = LIVE.includes(clock.state);
    const pieces = [];
    const add = (kind, start, stop, label) => {
        const left = axis.at(start);
        const width = axis.at(stop) - left;
        if (width > 0) {
            pieces.push({kind, left, width, label});
        }
    };
    for (const segment of clock.segments) {
        const start = toMillis(segment.start);
        let stop = segment.stop ? toMillis(segment.stop) : now;
        if (live && Math.abs(stop - read) < 1000 && stop < now) {
            stop = now;
        }
        if (segment.kind !== "counted") {
            add(segment.kind, start, stop, segment.label);
            continue;
        }
        const cuts = [start, stop];
        for (const cut of [due, live ? now : null]) {
            if (cut !== null && start < cut && cut < stop) {
                cuts.push(cut);
            }
        }
        cuts.sort((a, b) => a - b);
        for (let index = 1; index < cuts.length; index++) {
            const [low, high] = [cuts[index - 1], cuts[index]];
            const kind =
                live && low >= now ? "ahead" : due !== null && low >= due ? "over" : "counted";
            add(kind, low, high, segment.label);
        }
    }
    return pieces;
}

/**
 * State and tone of a clock at this moment: what the server said, moved on where time alone changes it.
 *
 * @returns {{badge: string, tone: string}}
 */
export function readState(clock, now) {
    if (clock.state === "running" && clock.due && !clock.hold) {
        if (toMillis(clock.due) < now) {
            return {badge: _t("overdue"), tone: "danger"};
        }
        if (!clock.breached && clock.warn && toMillis(clock.warn) <= now) {
            return {badge: _t("due soon"), tone: "warning"};
        }
    }
    return {badge: clock.badge, tone: clock.tone};
}

/** What is said beside the bar: how much is left, or how it went. */
export function readRemaining(clock, now) {
    const due = toMillis(clock.due);
    if (clock.state === "running" && due !== null) {
        const seconds = (due - now) / 1000;
        return seconds < 0
            ? {strong: _t("%s over", formatLength(-seconds)), rest: ""}
            : {strong: _t("%s left", formatCountdown(seconds)), rest: ""};
    }
    if (clock.state === "paused") {
        const rest = clock.reasons.join(", ");
        return clock.remaining === null || clock.remaining === undefined
            ? {strong: "", rest}
            : {strong: _t("%s left", formatLength(Math.max(clock.remaining, 0))), rest};
    }
    if (clock.stopped) {
        const strong = formatMoment(toMillis(clock.stopped), now);
        if (clock.state === "cancelled") {
            return {strong: "", rest: _t("ended %s", strong)};
        }
        if (clock.breached && clock.overrun) {
            return {strong, rest: _t("%s late", formatLength(clock.overrun))};
        }
        if (clock.counted !== null && clock.counted !== undefined && clock.budget) {
            const values = {
                used: formatLength(clock.counted),
                promised: formatLength(clock.budget),
            };
            return {strong, rest: _t("%(used)s of %(promised)s", values)};
        }
        return {strong, rest: ""};
    }
    return {strong: "", rest: ""};
}

/**
 * The spans of the whose-turn bar in percent of the ticket's life, and what each side had in all.
 *
 * @param {Object} turn of the panel
 * @param {number} now
 */
export function makeTurns(turn, now) {
    const spans = turn.spans.map((span) => {
        const stop = span.stop ? toMillis(span.stop) : now;
        return {...span, length: Math.max((stop - toMillis(span.start)) / 1000, 0)};
    });
    // once nobody has to do anything the life of the ticket is over
    const lived = spans.filter((span) => span.side !== "none");
    const whole = lived.reduce((sum, span) => sum + span.length, 0) || 1;
    const totals = new Map();
    for (const span of lived) {
        const total = totals.get(span.side) || {side: span.side, label: span.label, length: 0};
        total.length += span.length;
        totals.set(span.side, total);
    }
    return {
        spans: lived.map((span) => ({
            ...span,
            width: (100 * span.length) / whole,
            text: formatLength(span.length),
        })),
        totals: [...totals.values()].map((total) => ({...total, text: formatLength(total.length)})),
    };
}
