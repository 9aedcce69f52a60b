namespace InterestService.Pipeline.Tests.LanguageModels;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("{}", "Téas  ball", new[] { 4, 10, 7 })]
    [InlineData("""{"do_lower_case":false}""", "Tea ball", new[] { 1, 7 })]
    [InlineData("""{"do_lower_case":true,"strip_accents":false}""", "téa tea", new[] { 1, 4 })]
    [InlineData("{}", "你tea zzz", new[] { 11, 4, 1 })]
    public void A_vocabulary_is_WordPiece_and_the_settings_tell_how_texts_are_prepared(string settings, string text, int[] expected)
    {
        using var folder = TinyFolder.WordPiece().With("tokenizer_config.json", settings);
        var tokenizer = folder.Tokenizer();
        Assert.Equal(expected, tokenizer.Encode(text));
        Assert.Equal([2, .. expected, 3], tokenizer.AddEnds(tokenizer.Encode(text)));
        Assert.Equal(13, tokenizer.Size);
    }

    [Fact]
    public void Special_tokens_have_the_names_of_the_settings()
    {
        using var folder = new TinyFolder().With("vocab.txt", "<s>\n</s>\n<unk>\r\ntea\n")
            .With("tokenizer_config.json", """{"cls_token":"<s>","sep_token":{"content":"</s>"},"unk_token":"<unk>"}""");
        var tokenizer = folder.Tokenizer();
        Assert.Equal([0, 3, 2, 1], tokenizer.AddEnds(tokenizer.Encode("tea ball")));
    }

    [Fact]
    public void The_tokens_of_XLM_RoBERTa_are_one_higher_than_the_pieces_and_the_special_ones_are_those_of_fairseq()
    {
        using var folder = new TinyFolder().With("sentencepiece.bpe.model", TinyFolder.Unigram().Content);
        var tokenizer = folder.Tokenizer();
        // Pieces 3 ▁green, 4 ▁tea, 5 ▁pot, 6 s, 7 ▁.
        Assert.Equal([0, 4, 5, 7, 6, 2], tokenizer.AddEnds(tokenizer.Encode("green  teas pot")));
        Assert.Equal([5, 8, 3, 5], tokenizer.Encode("tea ЖЖЖ tea")); // unknown characters in a row are one token
        Assert.Equal((13, true, false), (tokenizer.Size, tokenizer.IsUnreadable(3), tokenizer.IsUnreadable(12)));
    }

    [Theory]
    [InlineData("{}", new[] { 1, 3, 4 })]
    [InlineData("""{"add_eos_token":true,"add_bos_token":false}""", new[] { 3, 4, 2 })]
    public void The_pieces_of_a_tokenizer_model_are_its_tokens_and_the_settings_tell_the_ends(string settings, int[] expected)
    {
        using var folder = new TinyFolder().With("tokenizer.model", TinyFolder.Unigram().Content).With("tokenizer_config.json", settings);
        var tokenizer = folder.Tokenizer();
        Assert.Equal(expected, tokenizer.AddEnds(tokenizer.Encode("green tea")));
    }

    [Fact]
    public void A_json_file_with_Unigram_has_the_tokens_as_it_numbers_them()
    {
        object[][] vocabulary =
            [["<s>", 0], ["<pad>", 0], ["</s>", 0], ["<unk>", 0], .. TinyFolder.Scored("▁green", "▁tea", "▁pot", "s").Select(piece => (object[])[piece.Text, piece.Score])];
        using var folder = new TinyFolder().With("tokenizer.json", new
        {
            added_tokens = new[] { "<s>", "<pad>", "</s>", "<unk>" }.Select((content, id) => new { id, content, special = true }),
            normalizer = new { type = "Sequence", normalizers = new object[] { new { type = "NFKC" }, new { type = "Lowercase" } } },
            pre_tokenizer = new { type = "Metaspace", replacement = "▁", prepend_scheme = "always" },
            post_processor = new
            {
                type = "TemplateProcessing",
                single = new object[] { new { SpecialToken = new { id = "<s>" } }, new { Sequence = new { id = "A" } }, new { SpecialToken = new { id = "</s>" } } },
            },
            model = new { type = "Unigram", unk_id = 3, vocab = vocabulary },
        });
        var tokenizer = folder.Tokenizer();
        Assert.Equal([0, 4, 5, 7, 2], tokenizer.AddEnds(tokenizer.Encode("Ｇreen TEAS")));
        Assert.Equal([5, 3], tokenizer.Encode("tea!?")[..2]);
    }

    [Fact]
    public void A_json_file_with_WordPiece_is_read_like_a_vocabulary()
    {
        string[] words = ["[CLS]", "[SEP]", "[UNK]", "tea", "##s"];
        using var folder = new TinyFolder().With("tokenizer.json", new
        {
            normalizer = new { type = "BertNormalizer", lowercase = true, handle_chinese_chars = true },
            pre_tokenizer = new { type = "BertPreTokenizer" },
            post_processor = new { type = "BertProcessing", cls = new object[] { "[CLS]", 0 }, sep = new object[] { "[SEP]", 1 } },
            model = new { type = "WordPiece", unk_token = "[UNK]", vocab = words.Index().ToDictionary(word => word.Item, word => word.Index) },
        });
        var tokenizer = folder.Tokenizer();
        Assert.Equal([0, 3, 4, 2, 1], tokenizer.AddEnds(tokenizer.Encode("Teas ball")));
    }

    [Fact]
    public void A_json_file_with_byte_level_BPE_reads_any_script()
    {
        string[] bytes = ["t", "e", "a", "s", "Ġ", "ä", "½", "ł"]; // 你 is e4 bd a0
        string[] words = [.. bytes, "te", "tea", "at", "ate", "Ġtea"];
        using var folder = new TinyFolder().With("tokenizer.json", new
        {
            added_tokens = new[] { new { id = 13, content = "<|endoftext|>", special = true } },
            normalizer = new { type = "NFC" },
            pre_tokenizer = new
            {
                type = "Sequence",
                pretokenizers = new object[]
                {
                    new { type = "Split", pattern = new { Regex = @"[^\r\n\p{L}\p{N}]?\p{L}+|\s+" }, behavior = "Isolated", invert = false },
                    new { type = "ByteLevel", add_prefix_space = false, use_regex = false },
                },
            },
            post_processor = new
            {
                type = "Sequence",
                processors = new object[]
                {
                    new { type = "ByteLevel" },
                    new { type = "TemplateProcessing", single = new object[] { new { Sequence = new { id = "A" } }, new { SpecialToken = new { id = "<|endoftext|>" } } } },
                },
            },
            model = new
            {
                type = "BPE",
                vocab = words.Index().ToDictionary(word => word.Item, word => word.Index),
                merges = new object[] { new[] { "t", "e" }, "te a", new[] { "Ġ", "tea" } },
            },
        });
        var tokenizer = folder.Tokenizer();
        Assert.Equal([9, 12, 3, 13], tokenizer.AddEnds(tokenizer.Encode("tea teas")));
        Assert.Equal([5, 6, 7], tokenizer.Encode("你"));
        Assert.Equal((true, false, false), (tokenizer.IsUnreadable(5), tokenizer.IsUnreadable(12), tokenizer.IsUnreadable(13)));
    }

    [Theory]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{}}}""", "'WordLevel'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":null}""", "BPE without ByteLevel")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Digits"}}""", "'Digits'")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["a",-1]]},"normalizer":{"type":"Nmt"}}""", "'Nmt'")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":7,"vocab":[["<unk>",0]]}}""", "'unk_id' 7")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"[CLS]":0,"a":2}}}""", "does not number")]
    [InlineData("{}", "no 'model'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"ByteLevel"},"post_processor":{"type":"RobertaProcessing","cls":["<s>",1],"sep":["</s>",2]}}""", "'<s>'")]
    public void What_a_json_file_asks_for_and_cannot_be_done_is_named(string json, string named)
    {
        using var folder = new TinyFolder().With("tokenizer.json", json);
        Assert.Contains(named, Assert.Throws<InvalidDataException>(folder.Tokenizer).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.model", "no SentencePiece")]
    [InlineData("sentencepiece.bpe.model", "")]
    public void A_file_without_pieces_is_an_error(string name, string content)
    {
        using var folder = new TinyFolder().With(name, content);
        Assert.Contains("SentencePiece model", Assert.Throws<InvalidDataException>(folder.Tokenizer).Message, StringComparison.Ordinal);
    }
}
