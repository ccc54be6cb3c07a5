// Findings: what of the configuration will not do what it seems to, and what mends it.
import { h } from "./dom.js";

export const lintList = findings => h("ul", { class: "findings" }, findings.map(finding => h("li", { class: "warn" }, h("strong", {}, finding.object), `: ${finding.reason} `, h("span", { class: "soft" }, finding.mend))));
