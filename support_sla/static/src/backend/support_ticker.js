import {onMounted, onWillUnmount} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";

/** One timer for the whole page, however many countdowns it shows; none when it shows none. */
const listeners = new Set();
let timer = null;

function tick() {
    for (const listener of [...listeners]) {
        listener();
    }
}

/**
 * Call `listener` once a second.
 *
 * @param {() => void} listener
 * @returns {() => void} to stop it
 */
export function subscribe(listener) {
    listeners.add(listener);
    if (timer === null) {
        timer = browser.setInterval(tick, 1000);
    }
    return () => {
        listeners.delete(listener);
        if (!listeners.size && timer !== null) {
            browser.clearInterval(timer);
            timer = null;
        }
    };
}

/** Whether anything ticks on this page. */
export function isTicking() {
    return timer !== null;
}

/**
 * Call `listener` once a second for as long as the component is on the page.
 *
 * @param {() => void} listener
 */
export function useTick(listener) {
    let stop = null;
    onMounted(() => {
        stop = subscribe(listener);
    });
    onWillUnmount(() => stop?.());
}
