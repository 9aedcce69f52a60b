namespace InterestService.Demo.Scenarios;

/// <summary>The fields of the school and their subjects, each with the contents of its lectures in order.</summary>
internal static class EducationInterests
{
    public static IReadOnlyList<ScenarioInterest> All { get; } =
    [
        new("mathematics", 1.1, ["biology", "programming"], EducationItems.Course,
            [
                new("calculus", Season.Terms, "limits", "derivatives", "optimisation", "integrals", "series", "differential equations"),
                new("linear algebra", Season.Terms, "vectors", "matrices", "linear maps", "determinants", "eigenvalues", "orthogonality"),
                new("probability", Season.Terms,
                    "events and odds", "random variables", "expectation", "distributions", "limit theorems", "Markov chains"),
                new("geometry", Season.Terms, "triangles", "circles", "transformations", "conic sections", "surfaces", "symmetry"),
            ]),
        new("programming", 1.3, ["data science", "design"], EducationItems.Course,
            [
                new("Python", Season.Resolutions,
                    "variables and types", "loops", "functions", "lists and dictionaries", "files", "testing"),
                new("web development", Season.Even, "pages and markup", "layout", "scripts", "forms", "web services", "deployment"),
                new("algorithms", Season.Terms, "sorting", "searching", "recursion", "trees", "shortest paths", "dynamic programming"),
                new("databases", Season.Terms, "tables and keys", "queries", "joins", "indexes", "transactions", "data modelling"),
            ]),
        new("data science", 1.2, ["mathematics", "business"], EducationItems.Course,
            [
                new("statistics", Season.Terms,
                    "sampling", "confidence intervals", "hypothesis tests", "regression", "experiments", "Bayesian inference"),
                new("machine learning", Season.Even,
                    "nearest neighbours", "decision trees", "linear models", "neural networks", "clustering", "evaluation"),
                new("visualisation", Season.Even, "charts", "colour scales", "maps", "dashboards", "storytelling", "interactive graphics"),
                new("forecasting", Season.Terms, "trends", "seasonality", "smoothing", "error measures", "hierarchies", "scenarios"),
            ]),
        new("languages", 1.3, ["history", "writing"], EducationItems.Course,
            [
                new("Spanish", Season.Resolutions,
                    "greetings", "everyday verbs", "at the market", "past tense", "travel talk", "subjunctive"),
                new("Japanese", Season.Resolutions, "hiragana", "katakana", "particles", "counting", "polite speech", "first kanji"),
                new("French", Season.Terms, "pronunciation", "articles", "at the table", "reflexive verbs", "letters", "conditional"),
                new("German", Season.Resolutions, "introductions", "word order", "cases", "separable verbs", "work life", "passive voice"),
            ]),
        new("design", 1.0, ["programming", "music"], EducationItems.Course,
            [
                new("typography", Season.Even, "letterforms", "spacing", "hierarchy", "grids", "pairing typefaces", "variable fonts"),
                new("user experience", Season.Terms,
                    "interviews", "personas", "wireframes", "prototypes", "usability tests", "accessibility"),
                new("illustration", Season.Winter, "line", "shape", "light and shadow", "characters", "backgrounds", "editorial work"),
                new("branding", Season.Even, "audiences", "names", "logos", "palettes", "guidelines", "launches"),
            ]),
        new("business", 1.2, ["design", "languages"], EducationItems.Course,
            [
                new("marketing", Season.Even, "segments", "positioning", "pricing", "channels", "campaigns", "loyalty"),
                new("accounting", Season.Terms, "double entry", "balance sheets", "income statements", "cash flow", "costing", "budgets"),
                new("entrepreneurship", Season.Resolutions,
                    "ideas", "customer interviews", "business models", "first sales", "funding", "hiring"),
                new("negotiation", Season.Even, "preparation", "first offers", "listening", "trade-offs", "conflict", "agreements"),
            ]),
        new("history", 1.0, ["writing", "biology"], EducationItems.Course,
            [
                new("Ancient Rome", Season.Terms, "kings and republic", "the army", "the forum", "emperors", "daily life", "decline"),
                new("Middle Ages", Season.Terms, "monasteries", "feudal lords", "crusades", "towns", "plague years", "cathedrals"),
                new("industrial revolution", Season.Terms, "steam", "railways", "factories", "cities", "labour movements", "empire"),
                new("twentieth century", Season.Winter,
                    "the great war", "the thirties", "occupation", "decolonisation", "cold war", "reunification"),
            ]),
        new("music", 1.0, ["languages", "mathematics"], EducationItems.Course,
            [
                new("piano", Season.Resolutions, "posture and keys", "scales", "chords", "reading notes", "pedalling", "first recital"),
                new("guitar", Season.Resolutions, "tuning", "open chords", "strumming", "barre chords", "fingerpicking", "improvising"),
                new("harmony", Season.Terms, "intervals", "triads", "cadences", "seventh chords", "modulation", "voice leading"),
                new("songwriting", Season.Even, "hooks", "verses", "rhyme", "bridges", "demos", "arrangement"),
            ]),
        new("biology", 1.0, ["data science", "history"], EducationItems.Course,
            [
                new("genetics", Season.Terms, "inheritance", "chromosomes", "replication", "gene expression", "mutation", "genomes"),
                new("ecology", Season.Spring, "populations", "food webs", "habitats", "succession", "field methods", "conservation"),
                new("cell biology", Season.Terms, "membranes", "organelles", "energy", "signalling", "division", "microscopy"),
                new("botany", Season.Spring, "roots", "leaves", "flowers", "seeds", "plant families", "herbaria"),
            ]),
        new("writing", 1.0, ["music", "business"], EducationItems.Course,
            [
                new("short stories", Season.Autumn, "openings", "point of view", "dialogue", "tension", "endings", "revision"),
                new("screenplays", Season.Even, "loglines", "scenes", "acts", "subtext", "formatting", "pitching"),
                new("journalism", Season.Terms, "news values", "sources", "interviews", "features", "fact checking", "ethics"),
                new("poetry", Season.Winter, "image", "line breaks", "metre", "sonnets", "free verse", "chapbooks"),
            ]),
    ];
}
