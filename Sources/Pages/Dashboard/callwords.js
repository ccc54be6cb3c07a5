// How a call stands, in a word and in a colour.
import { t, word } from "./texts.js";

const kinds = { queued: "warn", dialling: "warn", ringing: "info", connected: "good", completed: "plain", refused: "bad", failed: "bad", unreachable: "bad", indeterminate: "bad" };
export const callKind = call => kinds[call.state === "ended" ? call.outcome : call.state] ?? "plain";
export const callState = call => call.state === "queued" && call.position ? t("queuedAt", { place: call.position }) : word(call.state === "ended" ? call.outcome : call.state);
