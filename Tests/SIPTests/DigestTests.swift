import Testing

@testable import SIP

@Suite struct DigestTests {
    @Test(
        "MD5, RFC 1321 appendix A.5",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"), ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            ("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a"),
        ])
    func md5(text: String, digest: String) { #expect(MD5.hex(text) == digest) }

    @Test(
        "SHA-256, FIPS 180-4 examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(text: String, digest: String) { #expect(SHA256.hex(text) == digest) }

    @Test(
        "SHA-512/256, NIST examples, and around the padding's edge",
        arguments: [
            ("", "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a"),
            ("abc", "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
            (String(repeating: "a", count: 111), "0239e429f98d0ed61ee8e2a7c30afe98c1c3a80ce5dff62a107e9c538f7632ce"),
            (String(repeating: "a", count: 112), "9216b5303edb66504570bee90e48ea5beaa5e9fe9f760bbd3e0460559fc005f6"),
            (String(repeating: "a", count: 119), "6cb452f832033489de69b49d6a8e8a1e0018092f1986c132287f4ca4ab3ee545"),
        ])
    func sha512t256(text: String, digest: String) { #expect(SHA512t256.hex(text) == digest) }

    private func challenge(_ value: String) throws -> Challenge? {
        let message = try MessageTests.parse(
            "SIP/2.0 401 No\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nWWW-Authenticate: \(value)\r\n\r\n"
        )
        return Challenge(message, try #require(message.value(.wwwAuthenticate)), isProxy: false)
    }

    @Test(
        "RFC 7616 §3.9.1",
        arguments: [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"), ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ])
    func example(algorithm: String, expected: String) throws {
        let parsed = try challenge(
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=\(algorithm), "
                + "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"")
        let found = try #require(parsed)
        let response = found.response(
            username: "Mufasa", password: "Circle of Life", method: "GET", uri: "/dir/index.html", nonceCount: 1,
            clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
        #expect(response == expected)
        #expect(found.opaque == "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS")
    }

    @Test(
        "challenges that cannot be answered",
        arguments: [
            "Basic realm=\"a\"", "Digest realm=\"a\"", "Digest nonce=\"a\"", "Digest realm=\"a\", nonce=\"b\", algorithm=SHA-512-256-sess",
            "Digest realm=\"a\", nonce=\"b\", qop=\"auth-conf\"", "Digest realm=\"a\", nonce=\"b\", algorithm=MD5-sess", "Digest", "",
        ])
    func unanswerable(value: String) throws { #expect(try challenge("\(value)") == nil) }

    @Test(
        "sessions and protected bodies, as another program reckons them (RFC 7616 §3.4.2, §3.4.3)",
        arguments: [
            ("MD5", "auth", "6a9eb9a799a1ec8521f243fd5c7af160"), ("MD5", "auth-int", "e8f0f4c64488257eba8617da2d6fa655"),
            ("MD5-sess", "auth", "1a51edbd0da1a6cdbf6df030e913feb1"), ("md5-Sess", "auth-int", "0c88fc98473a683229ee0fe3933f05c6"),
            ("SHA-256", "auth-int", "4a2b4146d38465a23e6a2a2f86bc6acf84759d23c44e1d65744a0d10dd757326"),
            ("SHA-256-sess", "auth", "99bd1757d18afe91837d08fc482b7c17f9cad43d30e8bbe9cd1cd1a508e0e268"),
            ("SHA-512-256", "auth-int", "aeabf71e60e94933152839137e821d9b786eff1d4182b5b715d77dca31c041cb"),
            ("SHA-512-256-sess", "auth-int", "b8525499a3e519aae7a6bc4e089c04af4128b528545cf2c18feae9dba5cbf6a9"),
        ])
    func qualities(algorithm: String, quality: String, expected: String) throws {
        let refusal = try Self.refusal(["WWW-Authenticate: Digest realm=\"r1\", nonce=\"n1\", algorithm=\(algorithm), qop=\"\(quality)\""])
        var credentials = Credentials(Account(username: "dialout", password: "secret")), shown = Credentials.Shown()
        #expect(credentials.accept(refusal, to: &shown))
        func line(_ clientNonce: UInt64) -> String {
            String(
                decoding: credentials.lines(
                    .invite, uri: Array("sip:a".utf8), body: Array("v=0\r\n".utf8), for: &shown, clientNonce: clientNonce), as: UTF8.self)
        }
        let first = line(0x1F), second = line(0x2F)
        #expect(first.contains("response=\"\(expected)\"") && first.contains(", qop=\(quality), nc=00000001, cnonce=\"1f\""))
        #expect(first.lowercased().contains(", algorithm=\(algorithm.lowercased()), "))
        #expect(second.contains("nc=00000002, cnonce=\"\(algorithm.lowercased().hasSuffix("-sess") ? "1f" : "2f")\""))
    }

    @Test(
        "a challenge is found among others, in whichever field, and an empty qop is none",
        arguments: [
            ["Basic realm=\"x\", Digest realm=\"r\", nonce=\"n\", qop=\"auth\""],
            ["Digest realm=\"r\", nonce=\"m\", algorithm=MD5, Digest\trealm = \"r\", nonce=\"n\", algorithm=SHA-256, qop=auth"],
            [
                "Negotiate", "NTLM", "Kerberos realm=\"SIP\"", "TLS-DSK realm=\"SIP\"", "Basic realm=\"r\"",
                "Digest realm=\"r\", nonce=\"n\"",
            ],
            ["Digest realm=\"r\", nonce=\"n\", qop=\"\""], ["Digest , realm=\"r\",, nonce=\"n\","],
            ["Digest realm=\"r\", nonce=\"n\", qop=\"auth-int,\tauth\""],
        ])
    func amongOthers(values: [String]) throws {
        let found = Challenge.strongest(in: try Self.refusal(values.map { "WWW-Authenticate: \($0)" }))
        #expect(found.map(\.nonce) == ["n"] && found.map(\.realm.name) == ["r"])
        let isEmpty = values[0].contains("qop=\"\""), isNone = !values.contains { $0.contains("qop") }
        #expect(found.first?.quality == (isEmpty || isNone ? nil : .auth))
    }

    private static func refusal(_ lines: [String]) throws -> Message {
        try MessageTests.parse(
            "SIP/2.0 401 No\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
                + lines.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    @Test("a nonce that a request did not show yet is answered, twice for each realm and request, and four realms in all") func chances()
        throws
    {
        func response(_ values: [String]) throws -> Message {
            try MessageTests.parse(
                "SIP/2.0 407 No\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
                    + values.map { "Proxy-Authenticate: Digest \($0)\r\n" }.joined() + "\r\n")
        }
        var credentials = Credentials(Account(username: "a", password: "b")), shown = Credentials.Shown()
        /// Whether the challenge is answered, and then the request is sent.
        func isAnswered(_ values: [String], to shown: inout Credentials.Shown) throws -> Bool {
            guard credentials.accept(try response(values), to: &shown) else { return false }
            _ = credentials.lines(.invite, uri: Array("sip:a".utf8), for: &shown, clientNonce: 1)
            return true
        }
        let one = (1...4).map { "realm=\"one\", nonce=\"\($0)\"" }, stale = one[2] + ", stale=true"
        #expect(
            try [[], [one[0]], [one[0]], [one[1]], [one[2]], [stale]].map { try isAnswered($0, to: &shown) } == [
                false, true, false, true, false, false,
            ])
        #expect(try isAnswered([one[3], "realm=\"two\", nonce=\"1\"", "realm=\"two\", nonce=\"1\", algorithm=SHA-256"], to: &shown))
        var other = Credentials.Shown()
        let first = credentials.lines(.bye, uri: Array("sip:a".utf8), for: &other, clientNonce: 1)
        #expect(String(decoding: first, as: UTF8.self).contains("realm=\"one\", nonce=\"2\""), "what the last request showed")
        #expect(
            String(decoding: first, as: UTF8.self).contains("realm=\"two\", nonce=\"1\"")
                && String(decoding: first, as: UTF8.self).contains("algorithm=SHA-256"))
        #expect(try isAnswered([one[2]], to: &other), "another request has chances of its own")
        #expect(try isAnswered(["realm=\"three\", nonce=\"1\"", "realm=\"four\", nonce=\"1\"", "realm=\"five\", nonce=\"1\""], to: &other))
        let all = String(decoding: credentials.lines(.bye, uri: [], for: &other, clientNonce: 1), as: UTF8.self)
        #expect(all.split(separator: "\r\n").count == 4 && !all.contains("five"))
    }

    @Test("of a realm's challenges the strongest is answered, and of equals the first (RFC 7616 §3.7)")
    func oneOfARealm() throws {
        for (algorithms, answered) in [
            (["MD5", "MD5"], 0), (["SHA-256", "SHA-256"], 0), (["MD5", "SHA-256"], 1), (["SHA-256", "MD5"], 0),
        ] {
            let challenges = algorithms.enumerated().map { place, algorithm in
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"\(place)\", algorithm=\(algorithm)\r\n"
            }
            let refusal = try MessageTests.parse(
                "SIP/2.0 401 No\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
                    + challenges.joined() + "\r\n")
            var credentials = Credentials(Account(username: "u", password: "p")), shown = Credentials.Shown()
            #expect(credentials.accept(refusal, to: &shown))
            let line = String(decoding: credentials.lines(.invite, uri: [], for: &shown, clientNonce: 1), as: UTF8.self)
            #expect(line.contains("nonce=\"\(answered)\""), "\(algorithms) \(line)")
        }
    }

    @Test(
        "quoted pairs of a challenge are read, count in the hash as what they stand for, and are written again",
        arguments: [
            (#"a\"b"#, #"a"b"#, #"a\"b"#), (#"a\\b"#, #"a\b"#, #"a\\b"#), (#"\a, b"#, "a, b", "a, b"), (#"\"\""#, #""""#, #"\"\""#),
        ])
    func quotedPairs(row: (written: String, meant: String, answered: String)) throws {
        let found = try #require(try challenge("Digest realm=\"\(row.written)\", nonce=\"\(row.written)\", opaque=\"\(row.written)\""))
        #expect(found.realm.name == row.meant && found.nonce == row.meant && found.opaque == row.meant)
        let response = found.response(username: "u", password: "p", method: "INVITE", uri: "sip:a", nonceCount: 1, clientNonce: "")
        #expect(response == MD5.hex("\(MD5.hex("u:\(row.meant):p")):\(row.meant):\(MD5.hex("INVITE:sip:a"))"))
        var credentials = Credentials(Account(username: "u", password: "p")), shown = Credentials.Shown()
        let refusal = try MessageTests.parse(
            "SIP/2.0 401 No\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
                + "WWW-Authenticate: Digest realm=\"\(row.written)\", nonce=\"\(row.written)\"\r\n\r\n")
        #expect(credentials.accept(refusal, to: &shown))
        let line = String(decoding: credentials.lines(.invite, uri: Array("sip:a".utf8), for: &shown, clientNonce: 1), as: UTF8.self)
        #expect(line.contains("realm=\"\(row.answered)\", nonce=\"\(row.answered)\", uri=\"sip:a\", response=\"\(response)\""))
    }
}
