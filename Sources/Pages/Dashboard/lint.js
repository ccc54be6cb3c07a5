// Findings: what of the configuration will not do what it seems to, and what mends it.
import { h } from "./dom.js";
import { t } from "./texts.js";

export const lintList = (findings, more = 0) => h("ul", { class: "findings" },
  findings.map(finding => h("li", { class: "warn" }, h("strong", {}, finding.object), `: ${finding.reason} `, h("span", { class: "soft" }, finding.mend))),
  more ? h("li", { class: "warn" }, t("lintMore", { count: more })) : null);
