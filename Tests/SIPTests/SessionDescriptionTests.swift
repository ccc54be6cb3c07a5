import Testing

@testable import SIP

/// Answers after RFC 3264 from what the meeting's media server offered at first.
@Suite struct SessionDescriptionTests {
    static let known = [
        "v=0", "o=media 7 3 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0", "m=audio 40000 RTP/AVP 0 8 96 101",
        "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:96 opus/48000/2", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16",
        "a=ptime:20", "a=sendrecv",
    ]

    static func bytes(_ lines: [String]) -> [UInt8] { Array((lines.joined(separator: "\r\n") + "\r\n").utf8) }

    static func offer(_ media: [String], session: [String] = []) -> [UInt8] {
        bytes(["v=0", "o=- 1 1 IN IP4 198.51.100.1", "s=-", "c=IN IP4 198.51.100.1", "t=0 0"] + session + media)
    }

    /// From `m=` on.
    private static func answer(to offer: [UInt8], by known: [String] = known) throws -> [String]? {
        let ours = try #require(SessionDescription(bytes(known))), theirs = try #require(SessionDescription(offer))
        return ours.answer(to: theirs).map { answer in
            String(decoding: answer.bytes, as: UTF8.self).split(separator: "\r\n").map(String.init).filter { !"vosct".contains($0.first!) }
        }
    }

    @Test("what is read is written back as it was, and lines that are none are refused") func roundTrip() throws {
        #expect(try #require(SessionDescription(Self.bytes(Self.known))).bytes == Self.bytes(Self.known))
        for bad in [[], ["v=1"], ["v=0", "m=audio 1"], ["v=0", "nonsense"], ["v=0"] + Array(repeating: "m=audio 1 RTP/AVP 0", count: 17)] {
            #expect(SessionDescription(Self.bytes(bad)) == nil)
        }
    }

    @Test(
        "audio is offered where a line has a port and a codec",
        arguments: [
            (["m=audio 5000 RTP/AVP 8"], true), (["m=video 6000 RTP/AVP 99", "m=audio 65535/2 RTP/SAVP 101 0"], true),
            (["m=audio 0 RTP/AVP 8", "m=audio 5000 RTP/AVP 96", "a=rtpmap:96 opus/48000/2"], true), ([], false),
            (["m=audio 0 RTP/AVP 8"], false), (["m=audio 0/2 RTP/AVP 8"], false), (["m=audio x RTP/AVP 8"], false),
            (["m=audio 00 RTP/AVP 8"], false), (["m=audio 00000/2 RTP/AVP 8"], false), (["m=audio +30000 RTP/AVP 8"], false),
            (["m=audio -1 RTP/AVP 8"], false), (["m=audio /2 RTP/AVP 8"], false), (["m=audio 05000 RTP/AVP 8"], true),
            (["m=audio 65536 RTP/AVP 8"], false), (["m=video 6000 RTP/AVP 8"], false), (["m=Audio 5000 RTP/AVP 8"], false),
            (["m=audio 5000 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"], false), (["m=audio 5000 RTP/AVP 13"], false),
        ])
    func offersAudio(media: [String], does: Bool) throws {
        #expect(try #require(SessionDescription(Self.offer(media))).offersAudio == does)
    }

    @Test("what only fills a description up is passed over", arguments: ["\0", "\0\0\0", "  \r\n", " \0\r\n\0", "\r\n\r\n", "\n"])
    func filling(_ filling: String) throws {
        let known = Self.bytes(Self.known), filled = try #require(SessionDescription(known + Array(filling.utf8)))
        #expect(filled.bytes == known)
        #expect(
            try #require(SessionDescription(Self.bytes(["v=0", "s= "]))).bytes == Self.bytes(["v=0", "s= "]), "an empty name is a space")
    }

    @Test("a stream that is switched off and offered anew at another place is answered there, and once")
    func elsewhere() throws {
        let audio = ["m=audio 40000 RTP/AVP 8", "a=ptime:20", "a=rtpmap:8 PCMA/8000", "a=sendrecv"]
        for off in ["m=audio 0 RTP/AVP 8", "m=video 6000 RTP/AVP 99"] {
            let rejected = off.replacing("6000", with: "0")
            #expect(try Self.answer(to: Self.offer([off, "m=audio 5000 RTP/AVP 8"])) == [rejected] + audio)
            #expect(
                try Self.answer(to: Self.offer([off, "m=audio 5000 RTP/AVP 8", "m=audio 5002 RTP/AVP 8"])) == [rejected] + audio
                    + ["m=audio 0 RTP/AVP 8"])
        }
        #expect(try Self.answer(to: Self.offer(["m=audio 5000 RTP/AVP 8", "m=audio 5002 RTP/AVP 8"])) == audio + ["m=audio 0 RTP/AVP 8"])
    }

    /// RFC 3264 §6.1: rows are what is offered, columns what we would do.
    @Test("directions are mirrored and never widened") func directions() {
        typealias Direction = SessionDescription.Direction
        let table = Direction.allCases.map { offered in Direction.allCases.map { $0.answering(offered).rawValue } }
        #expect(
            table == [
                ["sendrecv", "sendonly", "recvonly", "inactive"],
                ["recvonly", "inactive", "recvonly", "inactive"],
                ["sendonly", "sendonly", "inactive", "inactive"],
                ["inactive", "inactive", "inactive", "inactive"],
            ])
    }

    @Test(
        "offers and their answers",
        arguments: [
            (
                "hold for the media", ["m=audio 5000 RTP/AVP 8", "a=sendonly"], [],
                ["m=audio 40000 RTP/AVP 8", "a=ptime:20", "a=rtpmap:8 PCMA/8000", "a=recvonly"]
            ),
            (
                "hold for the session", ["m=audio 5000 RTP/AVP 8"], ["a=inactive"],
                ["m=audio 40000 RTP/AVP 8", "a=ptime:20", "a=rtpmap:8 PCMA/8000", "a=inactive"]
            ),
            (
                "another codec, and a dynamic number of theirs",
                ["m=audio 5000 RTP/AVP 97 100", "a=rtpmap:97 OPUS/48000/2", "a=rtpmap:100 telephone-event/8000"], [],
                [
                    "m=audio 40000 RTP/AVP 97 100", "a=ptime:20", "a=rtpmap:97 opus/48000/2", "a=rtpmap:100 telephone-event/8000",
                    "a=fmtp:100 0-16", "a=sendrecv",
                ]
            ),
            (
                "an image beside the audio is refused", ["m=audio 5000 RTP/AVP 0", "m=image 5002 udptl t38", "a=T38FaxVersion:0"], [],
                ["m=audio 40000 RTP/AVP 0", "a=ptime:20", "a=rtpmap:0 PCMU/8000", "a=sendrecv", "m=image 0 udptl t38"]
            ),
        ])
    func answers(_ row: (name: String, media: [String], session: [String], answer: [String])) throws {
        #expect(try Self.answer(to: Self.offer(row.media, session: row.session)) == row.answer)
    }

    @Test(
        "nothing in common is no answer",
        arguments: [
            ["m=audio 5000 RTP/AVP 18"], ["m=audio 5000 RTP/SAVP 0"], ["m=image 5000 udptl t38"], ["m=audio 0 RTP/AVP 0"],
            ["m=audio 5000 RTP/AVP 96", "a=rtpmap:96 speex/8000"],
        ])
    func nothingInCommon(media: [String]) throws { #expect(try Self.answer(to: Self.offer(media)) == nil) }

    @Test("lines before the first media are the session's, those behind are the latest media's") func parts() throws {
        let lines = ["v=0", "s=-", "a=first", "m=audio 1 RTP/AVP 0", "a=second", "m=video 2 RTP/AVP 99", "a=third", "a=fourth"]
        let read = try #require(SessionDescription(Self.bytes(lines)))
        #expect(read.session == ["v=0", "s=-", "a=first"] && read.media.map(\.kind) == ["audio", "video"])
        #expect(read.media.map(\.lines) == [["a=second"], ["a=third", "a=fourth"]])
    }

    @Test(
        "an offer of no media is answered by none, and answers where no audio was offered",
        arguments: [
            ([], [], true), ([], ["m=audio 5000 RTP/AVP 0"], true), (["m=video 6000 RTP/AVP 99"], [], false),
            (["m=video 6000 RTP/AVP 99"], ["m=video 0 RTP/AVP 99"], false),
            (["m=video 6000 RTP/AVP 99"], ["m=video 6002 RTP/AVP 99"], true),
            (["m=video 6000 RTP/AVP 99", "m=image 1 udptl t38"], ["m=video 0 RTP/AVP 99", "m=image 2 udptl t38"], true),
        ])
    func noAudio(offered: [String], answered: [String], isUsable: Bool) throws {
        let ours = try #require(SessionDescription(Self.offer(offered))), theirs = try #require(SessionDescription(Self.offer(answered)))
        #expect(ours.isAnswered(by: theirs) == isUsable)
    }

    @Test("an offer of no media is answered, by one who has none; who has audio has no answer without any") func emptyOffer() throws {
        let silent = Self.known.filter { !$0.hasPrefix("m=") && !$0.hasPrefix("a=") }
        #expect(try Self.answer(to: Self.offer([]), by: silent) == [])
        #expect(try Self.answer(to: Self.offer([])) == nil)
        #expect(try Self.answer(to: Self.offer(["m=audio 5000 RTP/AVP 0"]), by: silent) == nil)
    }

    @Test("who only listens is never made to speak") func listener() throws {
        let listener = Self.known.dropLast() + ["a=recvonly"]
        #expect(try Self.answer(to: Self.offer(["m=audio 5000 RTP/AVP 0"]), by: Array(listener))?.last == "a=recvonly")
        #expect(try Self.answer(to: Self.offer(["m=audio 5000 RTP/AVP 0", "a=sendonly"]), by: Array(listener))?.last == "a=recvonly")
        #expect(try Self.answer(to: Self.offer(["m=audio 5000 RTP/AVP 0", "a=recvonly"]), by: Array(listener))?.last == "a=inactive")
    }
}
