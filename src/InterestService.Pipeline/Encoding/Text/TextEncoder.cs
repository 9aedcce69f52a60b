using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using InterestService.Pipeline.Encoding.LinearModels;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.Text;

/// <summary>
/// What users read and search for, by a pretrained language model and by words: every item is the vector of its title and categories (<see
/// cref="CatalogueTexts"/>), every query that of its words, every user the sum of both, the recent and the rare ones counting
/// more. Nothing is trained on behaviour, so items and queries that do not occur in the events have vectors too. Items without
/// any text do not count; a user who has only such items gets the direction of the mean user. Scores are cosines, except for the
/// user's length. With more dimensions than the model has, the rest is zero.
/// </summary>
public sealed class TextEncoder : ITextScorer
{
    /// <summary>Maximum number of vectors of queries in memory that a loaded encoder keeps for the next call.</summary>
    private const int MaxQueries = 20_000;

    private readonly ItemSpace _users;
    private readonly TextSpace _texts;
    private readonly Lazy<ITextModel> _model;
    private readonly int _threads;
    private readonly ConcurrentDictionary<string, float[]> _queries = new(StringComparer.Ordinal);

    private TextEncoder(ItemSpace users, TextSpace texts, Func<ITextModel> open, int threads)
    {
        _users = users;
        _texts = texts;
        _model = new(open);
        _threads = threads;
    }

    public static EncoderDescriptor Descriptor { get; } =
        new EncoderDescriptor<TextOptions>("text", Fit, Load) { NeedsTexts = true, ReadsSearches = true, KnowsLoneItems = true };

    /// <summary>Encodes each different text once; reports each batch of texts.</summary>
    /// <exception cref="PipelineException">
    /// No item has a title or a category, and nobody searches; or the language model cannot be used.
    /// </exception>
    public static TextEncoder Fit(EncoderInput input, TextOptions options)
    {
        string[] queries = input.Training.Searches?.Texts ?? [];
        var texts = CatalogueTexts.Encode(
            input, options.TextModel, options.Dimensions, queries, (batch, batches) => input.Report(new EpochReport(batch, batches, null, null)));
        using var users = input.Training.ToSparseRows();
        var space = ItemSpace.Create(input, TfIdf.Fit(users), texts.Items, queries.Length == 0 ? null : texts.Queries);
        var encoder = new TextEncoder(space, texts.Space, () => input.TextModels.Open(options.TextModel, input.Threads), input.Threads);
        encoder.Keep(queries, texts.Queries);
        return encoder;
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TextEncoder Load(Stream stream, EncoderShape shape, TextOptions options)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        if (reader.ReadBytes(reader.ReadInt32()).Length < 2) throw new InvalidDataException("The content is cut off.");
        var users = ItemSpace.Load(stream, shape.ItemCount, shape.Threads);
        var (mean, components) = (MatrixSerializer.Read(stream), MatrixSerializer.Read(stream));
        // A model of an earlier version has no lexical part.
        var lexical = components.Columns > mean.Columns ? new LexicalVectors(MatrixSerializer.Read(stream)) : null;
        return new(users, new TextSpace(mean, components, lexical), () => shape.TextModels.Open(options.TextModel, shape.Threads), shape.Threads);
    }

    public bool Knows(InteractionSet set, int user) => _users.Knows(set, user);

    public Matrix Encode(InteractionSet set, CancellationToken cancellation) => _users.Encode(set, VectorsOfQueries(set, cancellation), cancellation);

    public void Score(InteractionSet set, int[] users, Matrix scores) =>
        _users.Score(set, users, VectorsOfQueries(set, CancellationToken.None), items: null, scores);

    public void Score(InteractionSet set, int[] users, Matrix items, Matrix scores) =>
        _users.Score(set, users, VectorsOfQueries(set, CancellationToken.None), items, scores);

    public Matrix EncodeTexts(IReadOnlyList<ItemDescription> items, CancellationToken cancellation)
    {
        string[] texts = [.. items.Select(item => item.Text)];
        int[] described = [.. Enumerable.Range(0, texts.Length).Where(item => ItemDescription.HasText(texts[item]))];
        var vectors = new Matrix(texts.Length, _texts.Components.Rows);
        if (described.Length == 0) return vectors;
        var encoded = Project([.. described.Select(item => texts[item])], cancellation);
        foreach (var (row, item) in described.Index()) encoded.Row(row).CopyTo(vectors.Row(item));
        return vectors;
    }

    /// <summary>
    /// Writes an empty list (int32 length, JSON) where earlier versions wrote the queries of users, the <see cref="ItemSpace"/>, then the mean,
    /// the components and the frequencies of the items' words, which map new texts to vectors. Nothing is written of queries: the language model gives their vectors again.
    /// </summary>
    public void Save(Stream stream)
    {
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write("[]"u8.Length);
            writer.Write("[]"u8);
        }

        _users.Save(stream);
        MatrixSerializer.Write(stream, _texts.Mean, _texts.Components);
        if (_texts.Lexical is { } lexical) MatrixSerializer.Write(stream, lexical.InverseFrequency);
    }

    public void Dispose()
    {
        if (_model.IsValueCreated) _model.Value.Dispose();
    }

    /// <summary>Returns the vectors of the queries of a set, <c>[queries x dimensions]</c>; null when there are none.</summary>
    private Matrix? VectorsOfQueries(InteractionSet set, CancellationToken cancellation)
    {
        if (set.Searches is not { Texts: { Length: > 0 } texts }) return null;
        var vectors = new Matrix(texts.Length, _texts.Components.Rows);
        var unknown = new List<int>();
        for (int query = 0; query < texts.Length; query++)
        {
            if (_queries.TryGetValue(texts[query], out float[]? vector)) vector.CopyTo(vectors.Row(query));
            else if (ItemDescription.HasText(texts[query])) unknown.Add(query);
        }

        if (unknown.Count == 0) return vectors;
        string[] asked = [.. unknown.Select(query => texts[query])];
        var encoded = Project(asked, cancellation);
        foreach (var (row, query) in unknown.Index()) encoded.Row(row).CopyTo(vectors.Row(query));
        if (_queries.Count + asked.Length > MaxQueries) _queries.Clear();
        Keep(asked, encoded);
        return vectors;
    }

    private Matrix Project(string[] texts, CancellationToken cancellation) =>
        _texts.Project(_model.Value.Encode(texts, (_, _) => { }, cancellation), _threads, cancellation);

    private void Keep(string[] queries, Matrix vectors)
    {
        foreach (var (row, query) in queries.Index()) _queries[query] = vectors.Row(row).ToArray();
    }
}

/// <summary>Options of <see cref="TextEncoder"/>.</summary>
public sealed record TextOptions : EncoderOptions
{
    /// <summary>The language model of the texts. Default null: the included MiniLM, which supports English only.</summary>
    [JsonConverter(typeof(TextModelSourceConverter))]
    public TextModelSource? TextModel { get; init; }
}
