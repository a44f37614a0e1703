/**
 * What every page of the portal must keep, looked at in a real browser: width, names, headings, contrast, size
 * for fingers, steadiness. Each throws an error that says what is wrong where.
 */

const fail = (what, el) => {
    throw new Error(el ? `${what}: ${el.outerHTML.slice(0, 160)}` : what);
};
const isShown = (el) =>
    el.checkVisibility({visibilityProperty: true}) && el.getBoundingClientRect().width > 1;
const wrap = () => document.querySelector("#wrap") || document.body;

export function fitsTheScreen() {
    const {scrollWidth, clientWidth} = document.documentElement;
    if (scrollWidth > clientWidth) {
        fail(`The page is ${scrollWidth} wide, the screen ${clientWidth}`);
    }
}

export function hasNames() {
    if (!document.documentElement.lang) {
        fail("The page does not say its language");
    }
    if (!document.title || document.title === "Odoo") {
        fail("The page has no title of its own");
    }
    if (document.querySelectorAll("main").length !== 1) {
        fail("The page has not one main part");
    }
    const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice) {
        fail(`Two elements are called ${twice}`);
    }
    for (const el of wrap().querySelectorAll("input, select, textarea")) {
        const named =
            el.type === "hidden" ||
            el.labels?.length ||
            el.getAttribute("aria-label") ||
            el.getAttribute("placeholder");
        if (!named) {
            fail("A question without a label", el);
        }
    }
    for (const el of wrap().querySelectorAll("img:not([alt])")) {
        fail("A picture without words", el);
    }
    for (const el of wrap().querySelectorAll(".o_support_portal a, .o_support_portal button")) {
        if (!el.textContent.trim() && !el.getAttribute("aria-label")) {
            fail("A link or button without words", el);
        }
    }
    for (const el of wrap().querySelectorAll(
        "[aria-describedby], [aria-controls], [aria-labelledby]",
    )) {
        for (const name of ["aria-describedby", "aria-controls", "aria-labelledby"]) {
            for (const id of (el.getAttribute(name) || "").split(" ").filter(Boolean)) {
                if (el.closest(".o_support_portal") && !document.getElementById(id)) {
                    fail(`${name} leads nowhere`, el);
                }
            }
        }
    }
}

export function hasHeadingsInOrder() {
    const levels = [
        ...document.querySelectorAll("main h1, main h2, main h3, main h4, main h5, main h6"),
    ]
        .filter((el) => el.textContent.trim() && !el.closest(".modal"))
        .map((el) => Number(el.tagName[1]));
    if (levels[0] !== 1 || levels.filter((level) => level === 1).length !== 1) {
        fail(`The headings do not begin with the one title: ${levels}`);
    }
    for (let index = 1; index < levels.length; index++) {
        if (levels[index] > levels[index - 1] + 1) {
            fail(`The headings leave out a level: ${levels}`);
        }
    }
}

const parseColor = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return {red, green, blue, alpha};
};
const blend = (top, below) => ({
    red: top.red * top.alpha + below.red * (1 - top.alpha),
    green: top.green * top.alpha + below.green * (1 - top.alpha),
    blue: top.blue * top.alpha + below.blue * (1 - top.alpha),
    alpha: 1,
});
function backgroundOf(el) {
    const layers = [];
    for (let at = el; at; at = at.parentElement) {
        const color = parseColor(getComputedStyle(at).backgroundColor);
        layers.push(color);
        if (color.alpha === 1) {
            break;
        }
    }
    return layers
        .reverse()
        .reduce((below, top) => blend(top, below), {red: 255, green: 255, blue: 255});
}
function brightness({red, green, blue}) {
    const [r, g, b] = [red, green, blue].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2 AA: 4.5 for text, 3 for large text. */
export function canBeRead() {
    const walker = document.createTreeWalker(wrap(), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const el = node.parentElement;
        const ours = el.closest(".o_support_portal, .o_support_cell, .o_support_empty");
        if (
            !ours ||
            !node.textContent.trim() ||
            !isShown(el) ||
            el.closest(":disabled, .visually-hidden")
        ) {
            continue;
        }
        const style = getComputedStyle(el);
        const background = backgroundOf(el);
        const ink = blend(parseColor(style.color), background);
        const [light, dark] = [brightness(ink), brightness(background)].sort((a, b) => b - a);
        const ratio = (light + 0.05) / (dark + 0.05);
        const large =
            parseFloat(style.fontSize) >= 24 ||
            (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
        if (ratio < (large ? 3 : 4.5)) {
            fail(`Contrast ${ratio.toFixed(2)} of “${node.textContent.trim()}”`, el);
        }
    }
}

/** On a phone what is pressed is at least 44 pixels high; links within a sentence are not meant. */
export function fitsFingers() {
    if (window.innerWidth > 576) {
        return;
    }
    const pressed =
        ".btn, summary, input:not([type=hidden]):not(.btn-check), select, .o_support_hit";
    for (const el of wrap().querySelectorAll(".o_support_portal, td.o_support_cell")) {
        for (const target of el.querySelectorAll(el.tagName === "TD" ? "a" : pressed)) {
            // the words of a radio button are pressed with it
            const pressable = target.type === "radio" ? target.labels[0] : target;
            const {height} = pressable.getBoundingClientRect();
            if (isShown(target) && height < 43.5 && target.type !== "checkbox") {
                fail(`Only ${height} pixels high`, target);
            }
        }
    }
}

/** Whether focus is seen: the outline or shadow differs from that without it. */
export function showsFocus() {
    const active = document.activeElement;
    for (const el of wrap().querySelectorAll(
        ".o_support_portal :is(a, button, summary, input:not([type=hidden]))",
    )) {
        if (!isShown(el)) {
            continue;
        }
        const look = () => {
            const target = el.matches(".btn-check") ? el.nextElementSibling : el;
            const style = getComputedStyle(target);
            return [
                style.outlineStyle,
                style.outlineWidth,
                style.boxShadow,
                style.backgroundColor,
            ].join();
        };
        el.blur();
        const before = look();
        el.focus({focusVisible: true, preventScroll: true});
        if (document.activeElement === el && look() === before) {
            fail("Focus is not seen", el);
        }
    }
    active?.focus?.({preventScroll: true});
}

let shifted = 0;
const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
        shifted += entry.hadRecentInput ? 0 : entry.value;
    }
});
observer.observe({type: "layout-shift", buffered: true});

/** Cumulative layout shift of this page so far. */
export function standsStill() {
    for (const entry of observer.takeRecords()) {
        shifted += entry.hadRecentInput ? 0 : entry.value;
    }
    if (shifted >= 0.1) {
        fail(`The page moved under the reader's eyes: ${shifted.toFixed(3)}`);
    }
}

const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * Countdowns tick, and the server is not asked: there are so many seconds in a row without a request. A page may
 * load something late, but whatever asks again and again leaves no such stretch.
 */
export async function asksNothing(seconds = 5) {
    performance.setResourceTimingBufferSize(5000);
    let asked = [];
    for (let tries = 0; tries < 8; tries++) {
        const before = performance.getEntriesByType("resource").length;
        await wait(seconds);
        asked = performance.getEntriesByType("resource").slice(before);
        if (!asked.length) {
            return;
        }
    }
    fail(`${asked.length} requests in ${seconds} seconds: ${asked.map((entry) => entry.name)}`);
}

export async function checkPage() {
    fitsTheScreen();
    hasNames();
    hasHeadingsInOrder();
    canBeRead();
    fitsFingers();
    showsFocus();
    standsStill();
}
