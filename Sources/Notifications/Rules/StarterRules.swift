/// The rules a new registry begins with.
package enum StarterRules {
    /// The text of `.signet/rules.yaml`.
    package static let yaml = """
        # Which events go to which targets. What a target is (addresses, URLs, commands) stands in
        # signet/config.yaml of the bare repository, on each machine: nothing here names a command.
        #
        # match: a field of the event and what it must be; all of them must hold.
        #   a scalar, or a list (any of)     type: [proposal.opened, proposal.closed]
        #   text that begins so              data.model: {prefix: churn}
        #   anything else                    data.environment: {anything-but: [dev]}
        #   present or not                   data.previousVersion: {exists: true}
        apiVersion: signet/v1
        kind: Rules
        rules:
          - name: ask the approvers
            match: {type: [proposal.opened, proposal.signed]}
            to: [mail]

          - name: tell what was rejected
            match: {type: proposal.closed, data.outcome: rejected}
            to: [mail]

          - name: run what an environment took on
            match:
              type: environment.advanced
              data.action: [approved, parameters changed, rolled back]
            to: [inference]

          - name: tell what an environment took on
            match: {type: environment.advanced}
            to: [mail]

          - name: tell what failed
            match: {type: run.finished, data.run.status: [failed, error]}
            to: [mail]

          - name: ask the next environment
            match: {type: run.finished, data.run.status: passed}
            to: [propose-next]

          - name: raise the alarm
            match: {type: registry.alarm}
            to: [mail]

        """
}
