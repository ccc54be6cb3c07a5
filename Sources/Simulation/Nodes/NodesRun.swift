import Basis
import Dialing
import FarEnd
import Service
import Web

/// One run of two or three whole services on one database: the real front doors, rules, stories, SIP, hubs and followers.
package final class NodesRun {
    struct Answered {
        let post: NodesScenario.Post
        let node: Int
        let at: Instant
        let answer: SimClient.Answer
    }

    let scenario: NodesScenario
    package let world: SimWorld
    let database: SharedDatabase
    let network: SimNetwork
    let nodes: [SimNode]
    private(set) var trunks: [SimTrunk] = []
    private(set) var watchers: [NodeWatcher] = []
    private(set) var answers: [Answered] = []
    /// Statuses of the changes of the configuration that were asked for at the same moment.
    private(set) var changes: [Int] = []
    /// Requests that have no answer yet, by a number of their own.
    private var asked: [Int: (post: NodesScenario.Post, node: Int, process: SimNode.Process)] = [:]
    private var lastAsked = 0
    private var unsent = 0
    private var begun = Instant.zero

    /// In virtual time; a run that is not over by then hangs.
    private static let limit = Instant.zero + .seconds(1_200)

    package convenience init(seed: UInt64, flaws: Set<Flaw> = []) { self.init(NodesScenario(seed: seed), flaws: flaws) }

    init(_ scenario: NodesScenario, flaws: Set<Flaw>) {
        self.scenario = scenario
        let world = SimWorld(seed: scenario.seed), database = SharedDatabase(world, flaws: flaws)
        (self.world, self.database, network) = (world, database, SimNetwork(world, scenario.faults))
        nodes = (0..<scenario.nodes).map { SimNode(world, database, $0, scenario.link) }
        for (index, node) in nodes.enumerated() {
            network.toOthers[node.address] = { [weak node] bytes, source, transport in
                guard let process = node?.process else { return }
                process.host.push { process.service.assumeIsolated { $0.received(bytes, from: source, over: transport) } }
            }
            node.isGone = { [weak self] process in self?.gone(process, of: index) }
        }
        for (name, address) in [("a1", "10.1.0.1:5060"), ("a2", "10.1.0.2:5060")] {
            let trunk = SimTrunk(
                world, operatorID: "op-a", name: name, address: SocketAddress(address)!, behaviour: Scenario.behaviour)
            network.add(trunk)
            trunks.append(trunk)
        }
    }

    /// Runs to the end; the answer says what was wrong, nothing if all was right.
    package func run() -> [String] {
        guard begin() else { return ["a node does not start"] }
        plan()
        let least = begun + .seconds(100)
        world.schedule(at: least) {}
        let isOver = world.run(until: begun + .seconds(600)) { [self] in
            world.now >= least && unsent == 0 && asked.isEmpty && nodes.allSatisfy { $0.listening != nil } && isQuiet
        }
        guard isOver else { return ["the run hangs: \(asked.count) without an answer, \(unsent) not sent"] }
        for watcher in watchers { watcher.connect() }
        _ = world.run(until: world.now + .seconds(3)) { false }
        var draining = nodes.count
        for node in nodes {
            guard let service = node.process?.service else { continue }
            let done = Unchecked { draining -= 1 }
            Task(executorPreference: service.world.tasks) {
                await service.drain()
                done.value()
            }
        }
        guard world.run(until: Self.limit, { draining == 0 }) else { return ["the drain hangs"] }
        _ = world.run(until: world.now + .seconds(80)) { false }
        return NodeInvariants(self).violations()
    }

    private var isQuiet: Bool {
        trunks.allSatisfy(\.isQuiet) && nodes.allSatisfy { node in node.process?.service.assumeIsolated { $0.liveCount } == 0 }
    }

    /// How often what a run is there for has happened.
    package var tally: [String: Int] {
        let processes = nodes.flatMap(\.processes), stores = processes.map(\.store)
        let replayed = answers.count { $0.answer.header("Idempotent-Replayed") != nil }
        return [
            "accepted": answers.count { $0.answer.status == 202 }, "replayed": replayed, "conflicts": database.conflicts,
            "fenced": nodes.reduce(0) { $0 + $1.fencings }, "processes": processes.count, "unknown": stores.reduce(0) { $0 + $1.unknowns },
            "found again": database.foundAgain, "voided": database.voided, "broken connections": stores.reduce(0) { $0 + $1.breaks },
            "lost hints": stores.reduce(0) { $0 + $1.lostHints }, "outages": database.life,
            "seen": watchers.reduce(0) { $0 + $1.sights.count }, "version conflicts": changes.count { $0 == 503 },
        ]
    }

    // MARK: what is done

    private func client(of node: Int) -> SimClient {
        SimClient(world, token: SimRun.token) { [weak self] in self?.nodes[node].process?.service }
    }

    /// The first node is configured, and the others start with what it has made.
    private func begin() -> Bool {
        nodes[0].start()
        guard world.run(until: world.now + .seconds(10), { [self] in nodes[0].process != nil }) else { return false }
        configure(client(of: 0))
        for node in nodes.dropFirst() { node.start() }
        guard world.run(until: world.now + .seconds(10), { [self] in nodes.allSatisfy { $0.process != nil } }) else { return false }
        begun = world.now
        watchers = nodes.indices.map { NodeWatcher(world, nodes, at: $0, wanders: false) }
        watchers += [0, 1].map { NodeWatcher(world, nodes, at: $0, wanders: true) }
        return true
    }

    private func configure(_ client: SimClient) {
        let trunks = #"[{"name":"a1","uri":"sip:10.1.0.1:5060","priority":1},{"name":"a2","uri":"sip:10.1.0.2:5060","priority":2}]"#
        client.must(.put, "/v1/operators/op-a", #"{"name":"A","countries":["US"],"failoverSeconds":4,"trunks":\#(trunks)}"#)
        client.must(.put, "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"US"}"#)
        client.must(
            .put, "/v1/tenants/contoso/users/occ@contoso.example",
            #"{"displayName":"","licences":["OperatorConnectConferencing"]}"#)
        let contact = #""contact":{"fullName":"A","email":"a@b.example"},"companySize":"1","acceptDataTransfer":true"#
        client.must(.post, "/v1/tenants/contoso/operators/op-a", #"{"countries":["US"],\#(contact)}"#)
        client.must(.post, "/v1/operators/op-a/number-orders", #"{"tenant":"contoso","numbers":["+14255550100"]}"#)
        let ran = client.must(
            .post, "/v1/tenants/contoso/commands",
            """
            Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550100 -BridgeName 'Conference Bridge'
            Set-CsOnlinePstnUsage -Identity Global -Usage @{Add='Near'}
            New-CsOnlineVoiceRoute -Identity 'Route' -NumberPattern '^\\+1' -OnlinePstnUsages 'Near' -BridgeSourcePhoneNumber +14255550100
            New-CsOnlineAudioConferencingRoutingPolicy 'Main' -OnlinePstnUsages 'Near'
            Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName 'Main'
            """)
        precondition(ran["applied"] == .bool(true), "the run's script was refused: \(ran)")
    }

    private func plan() {
        database.isTroubled = true
        for post in scenario.posts {
            for (node, after) in post.at {
                unsent += 1
                world.schedule(at: begun + post.request.at + after) { [self] in send(post, to: node) }
            }
        }
        for (node, at, what) in scenario.mishaps { world.schedule(at: begun + at) { [self] in nodes[node].suffer(what) } }
        if let (at, time) = scenario.outage { world.schedule(at: begun + at) { [self] in loseDatabase(for: time) } }
        if let (at, time) = scenario.stall { world.schedule(at: begun + at) { [self] in database.stalledUntil = world.now + time } }
        if let (at, time) = scenario.openElsewhere {
            world.schedule(at: begun + at) { [self] in database.openElsewhere = world.now }
            world.schedule(at: begun + at + time) { [self] in database.openElsewhere = nil }
        }
        if let at = scenario.changes { world.schedule(at: begun + at) { [self] in changeAtEach() } }
        for second in 0..<100 {
            world.schedule(at: begun + .seconds(second)) { [self] in
                for (index, watcher) in watchers.enumerated() {
                    if watcher.wanders, (second + index) % 7 == 3 { watcher.wander() } else { watcher.connect() }
                }
            }
        }
    }

    private func send(_ post: NodesScenario.Post, to node: Int) {
        guard let process = nodes[node].process else { return again(post, at: node) }
        unsent -= 1
        lastAsked += 1
        let number = lastAsked, headers = post.request.idempotencyKey.map { [("Idempotency-Key", $0)] } ?? []
        asked[number] = (post, node, process)
        world.note("POST \(post.request.number) to node \(nodes[node].log)")
        client(of: node).send(.post, "/v1/meetings/\(post.request.meeting)/dial-outs", post.request.body, headers: headers) {
            [self] answer in
            asked[number] = nil
            world.note("\(answer.status) \(answer.body["reason"].string ?? answer.body["state"].string ?? "") of node \(nodes[node].log)")
            answers.append(Answered(post: post, node: node, at: world.now, answer: answer))
            if answer.status == 503, post.request.idempotencyKey != nil {
                unsent += 1
                return again(post, at: node)
            }
            guard answer.status == 202, let after = post.request.takenBackAfter, let id = answer.body["id"].string else { return }
            world.schedule(after: after) { [self] in client(of: node).send(.delete, "/v1/dial-outs/\(id)", "") { _ in } }
        }
    }

    /// Nobody listens, or took it: where it is safe it is sent to the next node in a while.
    private func again(_ post: NodesScenario.Post, at node: Int) {
        guard post.request.idempotencyKey != nil else { return unsent -= 1 }
        world.schedule(after: .milliseconds(700)) { [self] in send(post, to: (node + 1) % nodes.count) }
    }

    private func gone(_ process: SimNode.Process, of node: Int) {
        for watcher in watchers { watcher.cut(from: process) }
        for number in asked.keys.sorted() where asked[number]!.process === process {
            let post = asked.removeValue(forKey: number)!.post
            unsent += 1
            again(post, at: node)
        }
    }

    private func loseDatabase(for time: Duration) {
        world.note("the database is away for \(time)")
        database.crash(for: time)
        for node in nodes { node.lostDatabase(for: time) }
    }

    /// Each node is asked for another user, at once.
    private func changeAtEach() {
        guard nodes.allSatisfy({ $0.listening?.store.isConnected == true }) else { return }
        for index in nodes.indices {
            client(of: index).send(
                .put, "/v1/tenants/contoso/users/new-\(index)@contoso.example", #"{"displayName":"","licences":[]}"#
            ) { [self] answer in changes.append(answer.status) }
        }
    }
}
