/// The configuration a new registry begins with: everything commented out, the defaults hold.
package enum StarterConfiguration {
    /// The text of `config.yaml`.
    package static let yaml = """
        # What this machine adds to the registry. Not versioned, read by the watcher.
        # Relative paths are below the folder of this file. Secrets stand elsewhere:
        # {environment: NAME} or {file: PATH}, the file closed to other users.
        apiVersion: signet/v1
        kind: Configuration

        # Where others clone the registry from; mails then say it beside the commands for plain git.
        # cloneURL: ssh://signet@registry.example.com/srv/churn.git

        # Where the review pages are; mails then link to them.
        # baseURL: https://signet.example.com

        # Relative inputs of runs are below dataDirectory; their outputs go below outputs.
        # dataDirectory: /srv/data
        # outputs: /srv/outputs

        # Without smtp, mails are written as .eml files to the outbox.
        # outbox: outbox
        # smtp:
        #   host: mail.example.com
        #   port: 587
        #   security: starttls          # or tls (port 465), or none
        #   username: signet
        #   password: {environment: SIGNET_SMTP_PASSWORD}
        #   from: Signet <signet@example.com>
        #   caFile: /etc/ssl/certs/company.pem

        # What the names in .signet/rules.yaml stand for. These three are the defaults; whoever
        # writes `targets` lists all of them.
        targets:
          mail: {kind: email, to: policy}       # the people who may decide; or a list of addresses
          inference: {kind: inference}
          propose-next: {kind: propose-next}
          # chat:
          #   kind: webhook
          #   url: https://hooks.example.com/signet
          #   secret: {file: /etc/signet/chat.secret}
          #   timeout: 10s
          # deploy:
          #   kind: exec
          #   command: [/usr/local/bin/deploy, --from-event]
          #   timeout: 5m

        """
}
