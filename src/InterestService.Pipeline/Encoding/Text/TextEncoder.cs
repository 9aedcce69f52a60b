using InterestService.Pipeline.Encoding.LinearModels;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.Text;

/// <summary>
/// What users read and search for, by a pretrained language model: every item is the vector of its title and categories (<see
/// cref="CatalogueTexts"/>), every query that of its words, every user the sum of both, the recent and the rare ones counting
/// more. Nothing is trained on behaviour, so items and queries that do not occur in the events have vectors too. Items without
/// any text do not count; a user who has only such items gets the direction of the mean user. Scores are cosines, except for the
/// user's length. With more dimensions than the model has, the rest is zero.
/// </summary>
public sealed class TextEncoder : IUserEncoder
{
    private readonly ItemSpace _users;
    private readonly TextSpace _texts;
    private readonly Lazy<TextModel> _model;
    private readonly int _threads;

    private TextEncoder(ItemSpace users, TextSpace texts, TextOptions options, int threads)
    {
        _users = users;
        _texts = texts;
        _model = new(() => TextModel.Open(options.TextModel, threads));
        _threads = threads;
    }

    public static EncoderDescriptor Descriptor { get; } = new EncoderDescriptor<TextOptions>("text", Fit, Load) { NeedsTexts = true };

    /// <summary>Encodes each different text once; reports each batch of texts.</summary>
    /// <exception cref="IOException">The folder of the language model, or a file in it, does not exist.</exception>
    /// <exception cref="PipelineException">No item has a title or a category.</exception>
    public static TextEncoder Fit(EncoderInput input, TextOptions options)
    {
        string[] queries = input.Training.Searches?.Texts ?? [];
        var texts = CatalogueTexts.Encode(
            input, options.TextModel, options.Dimensions, queries, (batch, batches) => input.Report(new EpochReport(batch, batches, null, null)));
        var numbers = QueryNumbers.Create(queries);
        var rows = SearchedItems.Create(input.Training, input.Training.AllUsers(), numbers);
        var vectors = new Matrix(texts.Items.Rows + queries.Length, texts.Items.Columns, [.. texts.Items.Values, .. texts.Queries.Values]);
        return new TextEncoder(ItemSpace.Create(input, TfIdf.Fit(rows), vectors, numbers), texts.Space, options, input.Threads);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TextEncoder Load(Stream stream, EncoderShape shape, TextOptions options)
    {
        var users = ItemSpace.Load(stream, QueryNumbers.Load(stream), shape.Threads);
        return new(users, new TextSpace(MatrixSerializer.Read(stream), MatrixSerializer.Read(stream)), options, shape.Threads);
    }

    public Matrix Encode(InteractionSet set, CancellationToken cancellation) => SpaceWith(set, cancellation).Encode(set, cancellation);

    public Matrix Score(InteractionSet set, int[] users) => SpaceWith(set, CancellationToken.None).Score(set, users);

    /// <summary>
    /// Writes the <see cref="QueryNumbers"/>, the <see cref="ItemSpace"/>, then the mean and the components, which map new texts to vectors.
    /// </summary>
    public void Save(Stream stream)
    {
        _users.Queries.Save(stream);
        _users.Save(stream);
        MatrixSerializer.Write(stream, _texts.Mean, _texts.Components);
    }

    public void Dispose()
    {
        if (_model.IsValueCreated) _model.Value.Dispose();
    }

    /// <summary>Adds the queries of a set that training did not have.</summary>
    private ItemSpace SpaceWith(InteractionSet set, CancellationToken cancellation)
    {
        string[] unknown = [.. (set.Searches?.Texts ?? []).Where(query => !_users.Knows(query))];
        if (unknown.Length == 0) return _users;
        return _users.With(unknown, _texts.Project(_model.Value.Encode(unknown, (_, _) => { }, cancellation), _threads));
    }
}

/// <summary>Options of <see cref="TextEncoder"/>.</summary>
public sealed record TextOptions : EncoderOptions
{
    /// <summary>
    /// Folder of the language model of the texts: <c>model.onnx</c>, a sentence encoder of the BERT family, and its <c>vocab.txt</c>,
    /// lower-case WordPiece. Default null: the included MiniLM, which supports English only.
    /// </summary>
    public string? TextModel { get; init; }
}
