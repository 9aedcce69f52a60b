using System.Text.Json.Nodes;

namespace InterestService.Pipeline.LanguageModels.Tokenizers;

/// <summary>
/// Reads <c>tokenizer.json</c>, the file of the Hugging Face tokenizers: WordPiece, Unigram and byte-level BPE. What it asks for and what cannot
/// be done, such as BPE without bytes, is an error that names it.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>Reads the content of the file.</summary>
    /// <exception cref="InvalidDataException">It asks for something that is not supported, or is not such a file.</exception>
    public static TextTokenizer Read(JsonObject json)
    {
        var model = json["model"] as JsonObject ?? throw new InvalidDataException("its tokenizer.json has no 'model'");
        return model.Text("type") switch
        {
            "WordPiece" => WordPiece(json, model),
            "Unigram" => Unigram(json, model),
            "BPE" => ByteLevelBpe.Read(json, model, Ends(json, Numbers(json, Vocabulary(model)))),
            var type => throw Unsupported("model", type),
        };
    }

    /// <summary>Returns the numbers of the tokens by their texts.</summary>
    public static Dictionary<string, int> Vocabulary(JsonObject model) =>
        (model["vocab"] as JsonObject)?.ToDictionary(token => token.Key, token => token.Value!.GetValue<int>())
        ?? throw new InvalidDataException("its tokenizer.json has no 'vocab' of tokens and numbers");

    /// <summary>Returns the steps of a part of the file, such as its normalizer: none where it is null.</summary>
    /// <param name="part">The part, which may be a sequence.</param>
    /// <param name="steps">Name of the list of a sequence.</param>
    public static IEnumerable<JsonObject> Steps(JsonNode? part, string steps) => part switch
    {
        null => [],
        JsonObject step when step.Text("type") == "Sequence" => step[steps]!.AsArray().SelectMany(inner => Steps(inner, steps)),
        _ => [part.AsObject()],
    };

    public static InvalidDataException Unsupported(string part, string? type) =>
        new($"its tokenizer.json has a {part} of the type '{type}', which cannot be read; supported are WordPiece, Unigram and byte-level BPE");

    private static TextTokenizer WordPiece(JsonObject json, JsonObject model)
    {
        var vocabulary = Vocabulary(model);
        string[] tokens = new string[vocabulary.Count];
        foreach (var (token, number) in vocabulary)
        {
            if (number < 0 || number >= tokens.Length || tokens[number] is not null)
                throw new InvalidDataException($"its vocabulary does not number its {tokens.Length} tokens from 0: '{token}' has {number}");
            tokens[number] = token;
        }

        foreach (var step in Steps(json["pre_tokenizer"], "pretokenizers"))
            if (step.Text("type") != "BertPreTokenizer") throw Unsupported("pre_tokenizer", step.Text("type"));
        var normalizers = Steps(json["normalizer"], "normalizers").ToList();
        if (normalizers.FirstOrDefault(step => step.Text("type") != "BertNormalizer") is { } other) throw Unsupported("normalizer", other.Text("type"));
        var normalizer = normalizers.FirstOrDefault() ?? new JsonObject { ["lowercase"] = false };
        bool lower = normalizer.Flag("lowercase") ?? true;
        var (first, last) = Ends(json, Numbers(json, vocabulary));
        if (first.Length != 1 || last.Length != 1) throw new InvalidDataException("its WordPiece tokenizer does not mark both ends of a text with one token each");
        return WordPieceVocabulary.Create(tokens, new WordPieceVocabulary.Settings(
            lower, normalizer.Flag("strip_accents") ?? lower, normalizer.Flag("handle_chinese_chars") ?? true,
            model.Text("unk_token") ?? "[UNK]", tokens[first[0]], tokens[last[0]]));
    }

    private static TextTokenizer Unigram(JsonObject json, JsonObject model)
    {
        int unknown = (int?)model.Number("unk_id") ?? throw new InvalidDataException("its Unigram model has no 'unk_id'");
        var special = (json["added_tokens"] as JsonArray ?? []).Select(token => token!.AsObject()).Where(token => token.Flag("special") ?? false)
            .Select(token => (int)token.Number("id")!).ToHashSet();
        bool bytes = model.Flag("byte_fallback") ?? false;
        Piece[] pieces =
        [
            .. model["vocab"]!.AsArray().Select((piece, number) => new Piece(
                piece![0]!.GetValue<string>(), (float)piece[1]!.GetValue<double>(),
                number == unknown ? PieceKind.Unknown : special.Contains(number) ? PieceKind.Control : PieceKind.Normal)),
        ];
        if (unknown < 0 || unknown >= pieces.Length) throw new InvalidDataException($"its Unigram model has {pieces.Length} tokens and the 'unk_id' {unknown}");
        if (bytes) throw Unsupported("model", "Unigram with byte_fallback");
        bool space = false;
        foreach (var step in Steps(json["pre_tokenizer"], "pretokenizers"))
        {
            if (step.Text("type") == "Metaspace") space = step.Text("prepend_scheme") is { } scheme ? scheme != "never" : step.Flag("add_prefix_space") ?? true;
            else if (step.Text("type") != "WhitespaceSplit") throw Unsupported("pre_tokenizer", step.Text("type"));
        }

        var (normalize, characters) = JsonNormalizers.Read(json["normalizer"]);
        var encode = SentencePieceModel.Unigram(pieces, unknown, characters, space).ToEncoder();
        var (first, last) = Ends(json, Numbers(json, pieces.Index().DistinctBy(piece => piece.Item.Text).ToDictionary(piece => piece.Item.Text, piece => piece.Index)));
        return new TextTokenizer(text => encode(normalize(text)), first, last, Array.ConvertAll(pieces, SentencePieceModel.IsUnreadable));
    }

    /// <summary>Returns the numbers of all tokens, the added ones included.</summary>
    private static Dictionary<string, int> Numbers(JsonObject json, Dictionary<string, int> vocabulary)
    {
        var numbers = new Dictionary<string, int>(vocabulary);
        foreach (var token in json["added_tokens"] as JsonArray ?? [])
            numbers[token!["content"]!.GetValue<string>()] = token["id"]!.GetValue<int>();
        return numbers;
    }

    /// <summary>Returns the tokens that the post-processor puts before and after a text.</summary>
    private static (int[] First, int[] Last) Ends(JsonObject json, Dictionary<string, int> numbers)
    {
        var (first, last) = (new List<int>(), new List<int>());
        foreach (var step in Steps(json["post_processor"], "processors"))
        {
            switch (step.Text("type"))
            {
                case "TemplateProcessing":
                    bool after = false;
                    foreach (var part in step["single"]!.AsArray())
                    {
                        if (part!["SpecialToken"] is { } token) (after ? last : first).Add(Number(token["id"]!.GetValue<string>()));
                        else after = true;
                    }

                    break;
                case "BertProcessing" or "RobertaProcessing":
                    first.Add(Number(step["cls"]![0]!.GetValue<string>()));
                    last.Add(Number(step["sep"]![0]!.GetValue<string>()));
                    break;
                case "ByteLevel": // only trims offsets
                    break;
                case var type:
                    throw Unsupported("post_processor", type);
            }
        }

        return ([.. first], [.. last]);

        int Number(string token) => numbers.TryGetValue(token, out int number)
            ? number
            : throw new InvalidDataException($"its tokenizer.json marks an end of texts with '{token}', which is not among its tokens");
    }
}
