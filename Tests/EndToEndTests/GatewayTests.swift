import Foundation
import Service
import Testing

/// A tenant's own gateway on this machine.
@Suite("Gateways", .aFewAtATime)
struct GatewayTests {
    /// Sam's calls go through gateways, with the bridge's default number.
    private func configure(_ service: RunningService, gateway port: UInt16) async throws -> Child {
        try await service.configure(trunkPort: 9)
        _ = try await service.must(
            "PUT", "/v1/operators/service-carrier", #"{"name":"Own","trunks":[{"name":"c1","uri":"sip:127.0.0.1:9"}]}"#)
        _ = try await service.must(
            "PUT", "/v1/tenants/contoso/users/sam@contoso.example", #"{"displayName":"Sam","licences":["AudioConferencingStandard"]}"#)
        _ = try await service.must(
            "POST", "/v1/operators/service-carrier/number-orders",
            #"{"tenant":"contoso","usage":"conference","numbers":["+12065550199"]}"#)
        return try Child(
            Running.executable.path,
            [
                "admin", "--tenant", "contoso", "-c",
                """
                Register-CsOnlineDialInConferencingServiceNumber +12065550199 -BridgeName 'Conference Bridge'
                Set-CsOnlineDialInConferencingBridge -Name 'Conference Bridge' -DefaultServiceNumber +12065550199
                New-CsTeamsTranslationRule Local -Pattern '^\\+1425(\\d{7})$' -Translation '$1'
                New-CsOnlinePSTNGateway 127.0.0.1 -SipSignalingPort \(port) -Enabled $true -OutboundPstnNumberTranslationRules Local
                Set-CsOnlinePstnUsage -Usage @{Add='Gateways'}
                New-CsOnlineVoiceRoute Own -NumberPattern '^\\+1425' -OnlinePstnUsages Gateways -OnlinePstnGatewayList 127.0.0.1
                New-CsOnlineAudioConferencingRoutingPolicy Own -OnlinePstnUsages Gateways
                Grant-CsOnlineAudioConferencingRoutingPolicy sam@contoso.example -PolicyName Own
                """.replacing("\\\\", with: "\\"),
            ], in: service.folder, environment: service.environment)
    }

    @Test("a gateway that the platform allows is dialled as it wants the number, with the bridge's default number")
    func dialled() async throws {
        let service = try await RunningService([
            "DIALOUT_GATEWAY_PRIVATE_ADDRESSES": "true", "DIALOUT_GATEWAY_TRANSPORT": "udp",
        ])
        let sbc = try Sipp("early-media-callee-bye", in: service.folder)
        let admin = try await configure(service, gateway: sbc.port), status = await admin.exitStatus()
        #expect(status == 0, "\(admin.text)")
        let body = #"{"kind":"inviteNumber","organizer":"sam@contoso.example","number":"+14255550123"}"#
        let id = try await service.must("POST", "/v1/meetings/m/dial-outs", body)["id"].string ?? ""
        let record = try await service.ended(id)
        await sbc.finish()
        #expect(record["outcome"].string == "completed" && record["operator"] == .null && record.attempts == ["127.0.0.1 200"], "\(record)")
        #expect(record["decision"]["routes"].array.map { $0["gateway"].string } == ["127.0.0.1"])
        #expect(sbc.messages.contains("INVITE sip:5550123@127.0.0.1:\(sbc.port);user=phone SIP/2.0"))
        #expect(sbc.messages.contains("From: <sip:+12065550199@") && !sbc.messages.contains("P-Asserted-Identity"))
        let explained = try Child(
            Running.executable.path, ["explain", "--organizer", "sam@contoso.example", "+1 425 555 0123"], in: service.folder,
            environment: service.environment)
        _ = await explained.exitStatus()
        #expect(explained.text.contains("gateway 127.0.0.1 may carry the call with caller ID +12065550199."), "\(explained.text)")
        #expect(explained.text.contains("Rule Local of gateway 127.0.0.1 writes +14255550123 as 5550123."), "\(explained.text)")
    }

    @Test("without the platform's word a gateway on this machine is refused, and nothing of the script is done")
    func refused() async throws {
        let service = try await RunningService()
        let admin = try await configure(service, gateway: 5), status = await admin.exitStatus()
        #expect(status == 1 && admin.text.contains("--gateway-private-addresses"), "\(admin.text)")
        let usages = try await service.must("GET", "/v1/tenants/contoso/document")["tenant"]["pstnUsages"].array.map(\.string)
        #expect(usages == ["International"])
    }
}
