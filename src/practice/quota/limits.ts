/** Calls that a key may make in a minute, in all processes together. */
export const CALLS_PER_MINUTE = 600
/** Receipts, and events, in one answer. */
export const LIST_MAX = 200
export const EVENTS_MAX = 500
