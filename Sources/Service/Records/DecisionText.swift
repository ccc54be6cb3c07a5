import Dialing

extension Decision: JSONObject {
    /// The object of the contract, "Decisions", with its nulls.
    func write(to object: inout JSONObjectText) {
        object.add("verdict", verdict)
        object.add("gate", gate)
        object.add("reason", reason)
        object.add("organizer", organizer)
        object.add("licence", licence)
        object.add("dialled", dialled)
        object.add("number", number?.description)
        object.add("country", country?.description)
        object.add("policy", policy)
        object.add("usage", usage)
        object.add("routes", routes)
        object.add("because", because)
        object.add("configVersion", configVersion)
    }
}

extension Decision.EffectivePolicy: JSONObject {
    func write(to object: inout JSONObjectText) {
        object.add("name", name)
        object.add("source", source)
    }
}

extension Decision.Candidate: JSONObject {
    func write(to object: inout JSONObjectText) {
        object.add("route", route)
        object.add("priority", priority)
        object.add("operator", `operator`)
        object.add("gateway", gateway)
        object.add("callerId", callerId?.description)
        object.add("usable", usable)
        object.add("why", why)
    }
}
