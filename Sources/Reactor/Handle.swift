internal import CLibuv

/// What libuv or the system refused, by its error number.
package struct UVError: Error, Hashable, CustomStringConvertible {
    /// Negative, as libuv gives it: `-98` is EADDRINUSE on Linux.
    package let code: Int32

    package init(code: Int32) { self.code = code }

    /// `EADDRINUSE`
    package var name: String { String(cString: uv_err_name(code)) }

    /// `EADDRINUSE: address already in use`
    package var description: String { "\(name): \(String(cString: uv_strerror(code)))" }

    @discardableResult
    static func check(_ result: Int32) throws(UVError) -> Int32 {
        if result < 0 { throw UVError(code: result) }
        return result
    }
}

/// A libuv handle with one owner. libuv keeps the memory until its close callback, so giving up the handle only starts the close.
struct Handle<Raw>: ~Copyable {
    let raw: UnsafeMutablePointer<Raw>
    let loop: EventLoop

    init(on loop: EventLoop, _ initialise: (UnsafeMutablePointer<Raw>) -> Int32) throws(UVError) {
        loop.checkIsolated()
        // What libuv refused has no handle: whoever is whole when it throws is ended, and would close it.
        let memory = UnsafeMutablePointer<Raw>.allocate(capacity: 1)
        do throws(UVError) { try UVError.check(initialise(memory)) } catch {
            memory.deallocate()
            throw error
        }
        (raw, self.loop) = (memory, loop)
        base.pointee.data = nil
    }

    deinit { loop.close(raw) }

    var base: UnsafeMutablePointer<uv_handle_t> { UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_handle_t.self) }

    /// Whom callbacks are for. Not retained: the owner's end closes the handle, and a closing handle has no owner.
    func setOwner(_ owner: AnyObject) { base.pointee.data = Unmanaged.passUnretained(owner).toOpaque() }
}

/// The owner of a handle, held for the length of a callback; nil when the handle is closing.
func owner<Owner: AnyObject>(_ data: UnsafeMutableRawPointer?, _: Owner.Type = Owner.self) -> Owner? {
    data.map { Unmanaged<Owner>.fromOpaque($0).takeUnretainedValue() }
}
