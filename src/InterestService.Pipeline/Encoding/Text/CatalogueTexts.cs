using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.Text;

/// <summary>
/// The texts of a catalogue as vectors: title and categories by <see cref="TextModel"/>, centred and reduced by
/// <see cref="TextSpace"/>.
/// </summary>
/// <param name="Items"><c>[items x dimensions]</c>, rows of unit length; zero where an item has no text.</param>
/// <param name="Queries"><c>[queries x dimensions]</c>, in the same space.</param>
/// <param name="Space">Maps new texts to the same space.</param>
internal sealed record CatalogueTexts(Matrix Items, Matrix Queries, TextSpace Space)
{
    /// <summary>Encodes the items' texts alone, without a report: the epochs that follow are the progress.</summary>
    /// <exception cref="PipelineException">No item has a title or a category.</exception>
    public static CatalogueTexts EncodeItems(EncoderInput input, string? textModel, int dimensions) =>
        Encode(input, textModel, dimensions, [], (_, _) => { });

    /// <summary>Encodes each different text once.</summary>
    /// <param name="input">Its catalogue.</param>
    /// <param name="textModel">Folder of the language model, see <see cref="TextOptions.TextModel"/>.</param>
    /// <param name="dimensions">Length of the vectors.</param>
    /// <param name="queries">What users searched for.</param>
    /// <param name="report">Called after each batch of texts with its number, from 1, and the number of batches.</param>
    /// <exception cref="IOException">The folder of the language model, or a file in it, does not exist.</exception>
    /// <exception cref="PipelineException">No item has a title or a category, and there are no queries.</exception>
    public static CatalogueTexts Encode(
        EncoderInput input, string? textModel, int dimensions, string[] queries, Action<int, int> report)
    {
        string[] texts = [.. input.Catalogue.Select(item => item.Text)];
        string[] distinct = [.. texts.Where(text => text.Length > 0).Distinct()];
        if (distinct.Length + queries.Length == 0)
            throw new PipelineException(FailureCode.NoTexts, "Encoding texts needs titles or categories of items, or queries, and there are none.");

        using var model = TextModel.Open(textModel, input.Threads);
        var encoded = model.Encode([.. distinct, .. queries], report, input.Cancellation);
        // The space is that of the items, since the items are what distinguishes users; without any, that of the queries.
        var space = TextSpace.Fit(distinct.Length == 0 ? encoded : Rows(encoded, 0, distinct.Length), dimensions, input.Threads, input.Cancellation);
        var vectors = space.Project(encoded, input.Threads);

        var rows = distinct.Index().ToDictionary(text => text.Item, text => text.Index);
        var items = new Matrix(texts.Length, vectors.Columns);
        for (int item = 0; item < texts.Length; item++)
            if (rows.TryGetValue(texts[item], out int row)) vectors.Row(row).CopyTo(items.Row(item));
        return new CatalogueTexts(items, Rows(vectors, distinct.Length, encoded.Rows), space);
    }

    private static Matrix Rows(Matrix matrix, int first, int end) =>
        new(end - first, matrix.Columns, matrix.Values[(first * matrix.Columns)..(end * matrix.Columns)]);
}
