#include "CPages.h"

// What the compiler calls an extension of the older C that it is told to speak.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "../Pages/Dashboard/index.html"
};
static const unsigned char controls_css[] = {
#embed "../Pages/Dashboard/controls.css"
};
static const unsigned char findanumber_css[] = {
#embed "../Pages/Dashboard/findanumber.css"
};
static const unsigned char layout_css[] = {
#embed "../Pages/Dashboard/layout.css"
};
static const unsigned char parts_css[] = {
#embed "../Pages/Dashboard/parts.css"
};
static const unsigned char theme_css[] = {
#embed "../Pages/Dashboard/theme.css"
};
static const unsigned char alarms_js[] = {
#embed "../Pages/Dashboard/alarms.js"
};
static const unsigned char api_js[] = {
#embed "../Pages/Dashboard/api.js"
};
static const unsigned char app_js[] = {
#embed "../Pages/Dashboard/app.js"
};
static const unsigned char audit_js[] = {
#embed "../Pages/Dashboard/audit.js"
};
static const unsigned char bridge_js[] = {
#embed "../Pages/Dashboard/bridge.js"
};
static const unsigned char callfilters_js[] = {
#embed "../Pages/Dashboard/callfilters.js"
};
static const unsigned char calllist_js[] = {
#embed "../Pages/Dashboard/calllist.js"
};
static const unsigned char callpanel_js[] = {
#embed "../Pages/Dashboard/callpanel.js"
};
static const unsigned char calls_js[] = {
#embed "../Pages/Dashboard/calls.js"
};
static const unsigned char callsettings_js[] = {
#embed "../Pages/Dashboard/callsettings.js"
};
static const unsigned char callwords_js[] = {
#embed "../Pages/Dashboard/callwords.js"
};
static const unsigned char carrier_js[] = {
#embed "../Pages/Dashboard/carrier.js"
};
static const unsigned char charts_js[] = {
#embed "../Pages/Dashboard/charts.js"
};
static const unsigned char cmdlets_js[] = {
#embed "../Pages/Dashboard/cmdlets.js"
};
static const unsigned char conferencing_js[] = {
#embed "../Pages/Dashboard/conferencing.js"
};
static const unsigned char consents_js[] = {
#embed "../Pages/Dashboard/consents.js"
};
static const unsigned char csv_js[] = {
#embed "../Pages/Dashboard/csv.js"
};
static const unsigned char dialogs_js[] = {
#embed "../Pages/Dashboard/dialogs.js"
};
static const unsigned char difference_js[] = {
#embed "../Pages/Dashboard/difference.js"
};
static const unsigned char dom_js[] = {
#embed "../Pages/Dashboard/dom.js"
};
static const unsigned char forms_js[] = {
#embed "../Pages/Dashboard/forms.js"
};
static const unsigned char grants_js[] = {
#embed "../Pages/Dashboard/grants.js"
};
static const unsigned char ladder_js[] = {
#embed "../Pages/Dashboard/ladder.js"
};
static const unsigned char licences_js[] = {
#embed "../Pages/Dashboard/licences.js"
};
static const unsigned char limits_js[] = {
#embed "../Pages/Dashboard/limits.js"
};
static const unsigned char lint_js[] = {
#embed "../Pages/Dashboard/lint.js"
};
static const unsigned char live_js[] = {
#embed "../Pages/Dashboard/live.js"
};
static const unsigned char livecounts_js[] = {
#embed "../Pages/Dashboard/livecounts.js"
};
static const unsigned char numberbulk_js[] = {
#embed "../Pages/Dashboard/numberbulk.js"
};
static const unsigned char numberpanel_js[] = {
#embed "../Pages/Dashboard/numberpanel.js"
};
static const unsigned char numbers_js[] = {
#embed "../Pages/Dashboard/numbers.js"
};
static const unsigned char operatordetail_js[] = {
#embed "../Pages/Dashboard/operatordetail.js"
};
static const unsigned char operatorlists_js[] = {
#embed "../Pages/Dashboard/operatorlists.js"
};
static const unsigned char operatornumbers_js[] = {
#embed "../Pages/Dashboard/operatornumbers.js"
};
static const unsigned char operators_js[] = {
#embed "../Pages/Dashboard/operators.js"
};
static const unsigned char operatorsetup_js[] = {
#embed "../Pages/Dashboard/operatorsetup.js"
};
static const unsigned char overview_js[] = {
#embed "../Pages/Dashboard/overview.js"
};
static const unsigned char platformoperator_js[] = {
#embed "../Pages/Dashboard/platformoperator.js"
};
static const unsigned char rehearsal_js[] = {
#embed "../Pages/Dashboard/rehearsal.js"
};
static const unsigned char routelist_js[] = {
#embed "../Pages/Dashboard/routelist.js"
};
static const unsigned char router_js[] = {
#embed "../Pages/Dashboard/router.js"
};
static const unsigned char routing_js[] = {
#embed "../Pages/Dashboard/routing.js"
};
static const unsigned char routingdata_js[] = {
#embed "../Pages/Dashboard/routingdata.js"
};
static const unsigned char routingforms_js[] = {
#embed "../Pages/Dashboard/routingforms.js"
};
static const unsigned char routingsetup_js[] = {
#embed "../Pages/Dashboard/routingsetup.js"
};
static const unsigned char rows_js[] = {
#embed "../Pages/Dashboard/rows.js"
};
static const unsigned char screens_js[] = {
#embed "../Pages/Dashboard/screens.js"
};
static const unsigned char session_js[] = {
#embed "../Pages/Dashboard/session.js"
};
static const unsigned char settings_js[] = {
#embed "../Pages/Dashboard/settings.js"
};
static const unsigned char tenantchoice_js[] = {
#embed "../Pages/Dashboard/tenantchoice.js"
};
static const unsigned char texts_en_js[] = {
#embed "../Pages/Dashboard/texts-en.js"
};
static const unsigned char texts_js[] = {
#embed "../Pages/Dashboard/texts.js"
};
static const unsigned char times_js[] = {
#embed "../Pages/Dashboard/times.js"
};
static const unsigned char tokens_js[] = {
#embed "../Pages/Dashboard/tokens.js"
};
static const unsigned char trunks_js[] = {
#embed "../Pages/Dashboard/trunks.js"
};
static const unsigned char tryout_js[] = {
#embed "../Pages/Dashboard/tryout.js"
};
static const unsigned char userdetail_js[] = {
#embed "../Pages/Dashboard/userdetail.js"
};
static const unsigned char users_js[] = {
#embed "../Pages/Dashboard/users.js"
};
static const unsigned char versions_js[] = {
#embed "../Pages/Dashboard/versions.js"
};
static const unsigned char webhooks_js[] = {
#embed "../Pages/Dashboard/webhooks.js"
};
static const unsigned char wizard_js[] = {
#embed "../Pages/Dashboard/wizard.js"
};
static const unsigned char openapi[] = {
#embed "../Pages/OpenAPI/openapi.json"
};

#define FILE(name, bytes) {name, bytes, sizeof bytes}

static const struct EmbeddedBytes files[] = {
    FILE("index.html", index_html),
    FILE("controls.css", controls_css),
    FILE("findanumber.css", findanumber_css),
    FILE("layout.css", layout_css),
    FILE("parts.css", parts_css),
    FILE("theme.css", theme_css),
    FILE("alarms.js", alarms_js),
    FILE("api.js", api_js),
    FILE("app.js", app_js),
    FILE("audit.js", audit_js),
    FILE("bridge.js", bridge_js),
    FILE("callfilters.js", callfilters_js),
    FILE("calllist.js", calllist_js),
    FILE("callpanel.js", callpanel_js),
    FILE("calls.js", calls_js),
    FILE("callsettings.js", callsettings_js),
    FILE("callwords.js", callwords_js),
    FILE("carrier.js", carrier_js),
    FILE("charts.js", charts_js),
    FILE("cmdlets.js", cmdlets_js),
    FILE("conferencing.js", conferencing_js),
    FILE("consents.js", consents_js),
    FILE("csv.js", csv_js),
    FILE("dialogs.js", dialogs_js),
    FILE("difference.js", difference_js),
    FILE("dom.js", dom_js),
    FILE("forms.js", forms_js),
    FILE("grants.js", grants_js),
    FILE("ladder.js", ladder_js),
    FILE("licences.js", licences_js),
    FILE("limits.js", limits_js),
    FILE("lint.js", lint_js),
    FILE("live.js", live_js),
    FILE("livecounts.js", livecounts_js),
    FILE("numberbulk.js", numberbulk_js),
    FILE("numberpanel.js", numberpanel_js),
    FILE("numbers.js", numbers_js),
    FILE("operatordetail.js", operatordetail_js),
    FILE("operatorlists.js", operatorlists_js),
    FILE("operatornumbers.js", operatornumbers_js),
    FILE("operators.js", operators_js),
    FILE("operatorsetup.js", operatorsetup_js),
    FILE("overview.js", overview_js),
    FILE("platformoperator.js", platformoperator_js),
    FILE("rehearsal.js", rehearsal_js),
    FILE("routelist.js", routelist_js),
    FILE("router.js", router_js),
    FILE("routing.js", routing_js),
    FILE("routingdata.js", routingdata_js),
    FILE("routingforms.js", routingforms_js),
    FILE("routingsetup.js", routingsetup_js),
    FILE("rows.js", rows_js),
    FILE("screens.js", screens_js),
    FILE("session.js", session_js),
    FILE("settings.js", settings_js),
    FILE("tenantchoice.js", tenantchoice_js),
    FILE("texts-en.js", texts_en_js),
    FILE("texts.js", texts_js),
    FILE("times.js", times_js),
    FILE("tokens.js", tokens_js),
    FILE("trunks.js", trunks_js),
    FILE("tryout.js", tryout_js),
    FILE("userdetail.js", userdetail_js),
    FILE("users.js", users_js),
    FILE("versions.js", versions_js),
    FILE("webhooks.js", webhooks_js),
    FILE("wizard.js", wizard_js),
};
const struct EmbeddedBytes *dashboard_files(size_t *count) {
    *count = sizeof files / sizeof *files;
    return files;
}

const struct EmbeddedBytes openapi_file = FILE("openapi.json", openapi);
