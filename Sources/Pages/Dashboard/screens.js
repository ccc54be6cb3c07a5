// The sections in their order, and which roles have them.
const all = ["admin", "operator", "meeting", "platform"];
const administrators = ["admin", "platform"];

export const screens = [
  { name: "overview", roles: all, load: () => import("./overview.js") },
  { name: "calls", roles: all, load: () => import("./calls.js") },
  { name: "routing", roles: administrators, ofTenant: true, load: () => import("./routing.js") },
  { name: "operators", roles: ["admin", "operator", "platform"], load: () => import("./operators.js") },
  { name: "numbers", roles: ["admin", "operator", "platform"], ofTenant: true, load: () => import("./numbers.js") },
  { name: "users", roles: administrators, ofTenant: true, load: () => import("./users.js") },
  { name: "audit", roles: administrators, load: () => import("./audit.js") },
  { name: "settings", roles: administrators, load: () => import("./settings.js") },
];
