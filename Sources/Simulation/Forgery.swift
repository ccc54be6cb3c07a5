import Service
import Web

/// A way by which somebody tries to have calls show a number that no operator gave to the tenant.
package enum Forgery: Sendable, CaseIterable {
    /// The tenant's document, put by its administrator or by the platform.
    case administrator, platform
    /// Cmdlets of the administrator.
    case script
    /// An order of an operator for a number that another one gave to another tenant.
    case order
    /// The store itself, as a version without the rule may have left it.
    case store

    /// What another tenant has from another operator.
    static let anothers = "+13125550199"

    /// What is tried: where an operator, or the platform in its place, may give a new number, only one that is another's is forged.
    var numbers: [String] {
        switch self {
        case .platform, .order: [Self.anothers]
        case .administrator, .script, .store: [Self.anothers, "+16505550111"]
        }
    }
}

extension SimRun {
    /// The numbers that each operator gave to the tenant whose calls are played; its own gateways, of no operator, show the bridge's default.
    static let given = ["op-a": "+14255550100", "op-b": "+442079460100", "service-carrier": "+12065550199", "": "+12065550199"]

    /// Another tenant with a number of its own.
    func addVictim() {
        client.must(.put, "/v1/tenants/fabrikam", #"{"displayName":"Fabrikam","country":"US"}"#)
        let contact = #""contact":{"fullName":"A","email":"a@b.example"},"companySize":"1","acceptDataTransfer":true"#
        client.must(.post, "/v1/tenants/fabrikam/operators/op-b", #"{"countries":["US","GB"],\#(contact)}"#)
        client.must(.post, "/v1/operators/op-b/number-orders", #"{"tenant":"fabrikam","numbers":["\#(Forgery.anothers)"]}"#)
        administratorToken = client.must(.post, "/v1/tokens", #"{"role":"admin","tenant":"contoso","name":"forger"}"#)["token"].string ?? ""
    }

    func forge(_ way: Forgery, _ number: String) {
        world.note("forges \(number) by \(way)")
        let administrator = client.with(token: administratorToken)
        let script = "Set-CsOnlineVoiceRoute -Identity 'Route 0' -BridgeSourcePhoneNumber \(number)"
        switch way {
        case .administrator: putForged(number, by: administrator)
        case .platform: putForged(number, by: client)
        case .script: administrator.send(.post, "/v1/tenants/contoso/commands", script) { [self] _ in keepDirectory() }
        case .order:
            client.send(.post, "/v1/operators/op-a/number-orders", #"{"tenant":"contoso","numbers":["\#(number)"]}"#) { [self] _ in
                administrator.send(.post, "/v1/tenants/contoso/commands", script) { [self] _ in keepDirectory() }
            }
        case .store:
            forgedNumber = number
            kill(for: .milliseconds(500))
        }
    }

    private func putForged(_ number: String, by client: SimClient) {
        client.send(.get, "/v1/tenants/contoso/document", "") { [self] answer in
            let text = Self.forged(JSON.encode(answer.body), number)
            client.send(.put, "/v1/tenants/contoso/document", text) { [self] _ in keepDirectory() }
        }
    }

    private static func forged(_ document: [UInt8], _ number: String) -> String {
        String(decoding: document, as: UTF8.self).replacing("+14255550100", with: number)
    }

    /// Before the next start, where the store is forged.
    func forgeStore() {
        guard let number = forgedNumber, let document = store.documents["tenant/contoso"], let body = document.body else { return }
        forgedNumber = nil
        let forged = StoredDocument(
            kind: .tenant, key: document.key, version: directories.keys.max()! + 1, body: Array(Self.forged(body, number).utf8))
        store.put(forged)
    }
}
