import ModelRegistry
import Testing

@Suite struct CardTests {
    private let card = """
        ---
        license: mit
        # not a heading
        ---
        # Churn

        Predicts who leaves.

        ## Intended use
        Marketing.

        <!-- ## Evaluation
        to be written -->
        ```sh
        ## Ethics
        ~~~
        ```

        ## Limitations ##

        ### In time
        Trained on 2025.

        ## Risks
        <!-- nobody wrote this -->
        ## Contact
        Data
        ====
        Public.

            ## Code
        #Hash
        """

    @Test func headingsAreFoundWhereMarkdownHasThem() {
        #expect(
            Set(Card.sections(of: card.bytes).keys) == [
                "Churn", "Intended use", "Limitations", "In time", "Risks", "Contact", "Data",
            ])
    }

    @Test func aSectionReachesToTheNextOfItsLevel() {
        let sections = Card.sections(of: card.bytes)
        #expect(sections["Limitations"] == "In time\n\nTrained on 2025.")
        #expect(sections["In time"] == "Trained on 2025.")
        #expect(sections["Data"] == "Public.\n\n    ## Code\n#Hash")
        #expect(sections["Risks"] == "")
        #expect(sections["Intended use"]?.hasPrefix("Marketing.") == true)
        #expect(sections["Intended use"]?.contains("## Ethics") == true)
    }

    @Test func absentAndEmptySectionsAreMissing() {
        #expect(
            Card.missing(
                sections: [
                    "Intended Use", "Limitations", "Evaluation", "Ethics", "Risks", "Contact",
                    "Data",
                ], in: card.bytes) == ["Evaluation", "Ethics", "Risks", "Contact"])
        #expect(Card.missing(sections: ["A"], in: []) == ["A"])
        #expect(Card.missing(sections: ["A"], in: "## A\n### B\n".bytes) == ["A"])
        #expect(Card.missing(sections: ["A"], in: "## A\n\n## A\ntext".bytes).isEmpty)
        #expect(Card.missing(sections: ["A"], in: "A\n---\r\ntext\r\n".bytes).isEmpty)
        #expect(Card.missing(sections: ["A"], in: "~~~\n## A\ntext\n".bytes) == ["A"])
    }

    @Test func anUnclosedCommentWithinALineIsText() {
        #expect(
            Card.missing(
                sections: ["A", "B"], in: "# A\nwrite `<!--` here\n# B\nb <!-- c -->".bytes
            )
            .isEmpty)
        #expect(Card.missing(sections: ["B"], in: "# A\n<!-- open\n# B\nb".bytes) == ["B"])
    }

    @Test func aHostileCardIsReadQuickly() {
        let card = String(repeating: "# a\nx\n", count: 50_000)
        #expect(Card.sections(of: card.bytes)["a"]?.utf8.count == 50_000 * 3 - 2)
    }

    @Test func theExcerptIsTheFirstText() {
        #expect(Card.excerpt(of: card.bytes, lines: 2) == "Predicts who leaves.\nMarketing.")
        #expect(Card.excerpt(of: card.bytes, lines: 0) == "")
        #expect(Card.excerpt(of: [0xFF, 0x0A], lines: 3) == "\u{FFFD}")
    }
}
