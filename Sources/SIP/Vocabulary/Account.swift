import Basis

/// Who we are to a trunk: a user name, and a password that does not print.
package struct Account: Hashable, Sendable {
    package let username: String
    package let password: Secret

    package init(username: String, password: Secret) { (self.username, self.password) = (username, password) }
    package init(username: String, password: String) { self.init(username: username, password: Secret(password)) }
}
