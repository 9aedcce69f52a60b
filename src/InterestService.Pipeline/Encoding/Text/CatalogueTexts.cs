using InterestService.Pipeline.Events;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.Text;

/// <summary>
/// The texts of a catalogue as vectors: title and categories by <see cref="ITextModel"/> and <see cref="LexicalVectors"/>, joined and reduced by
/// <see cref="TextSpace"/>.
/// </summary>
/// <param name="Items"><c>[items x dimensions]</c>, rows of unit length; zero where an item has no text.</param>
/// <param name="Queries"><c>[queries x dimensions]</c>, in the same space; zero where a query has no text.</param>
/// <param name="Space">Maps new texts to the same space.</param>
internal sealed record CatalogueTexts(Matrix Items, Matrix Queries, TextSpace Space)
{
    /// <summary>Encodes the items' texts alone, without a report: the epochs that follow are the progress.</summary>
    /// <exception cref="PipelineException">No item has a title or a category, or the language model cannot be used.</exception>
    public static CatalogueTexts EncodeItems(EncoderInput input, TextModelSource? textModel, int dimensions) =>
        Encode(input, textModel, dimensions, [], (_, _) => { });

    /// <summary>Encodes each different text once.</summary>
    /// <param name="input">Its catalogue.</param>
    /// <param name="textModel">The language model; null: MiniLM.</param>
    /// <param name="dimensions">Length of the vectors.</param>
    /// <param name="queries">What users searched for.</param>
    /// <param name="report">Called after each batch of texts with its number, from 1, and the number of batches.</param>
    /// <exception cref="PipelineException">
    /// No item has a title or a category, and there are no queries; or the language model cannot be used.
    /// </exception>
    public static CatalogueTexts Encode(
        EncoderInput input, TextModelSource? textModel, int dimensions, string[] queries, Action<int, int> report)
    {
        string[] texts = [.. input.Catalogue.Select(item => item.Text)];
        string[] distinct = [.. texts.Where(ItemDescription.HasText).Distinct()], asked = [.. queries.Where(ItemDescription.HasText)];
        if (distinct.Length + asked.Length == 0)
            throw new PipelineException(FailureCode.NoTexts, "Encoding texts needs titles or categories of items, or queries, and there are none.");

        using var model = input.TextModels.Open(textModel, input.Threads);
        var encoded = model.Encode([.. distinct, .. asked], report, input.Cancellation);
        // The space is that of the items, since the items are what distinguishes users; without any, that of the queries. Frequencies of words
        // are those of the items alone: of what people search for, nothing is kept.
        var space = TextSpace.Fit(
            distinct.Length == 0 ? encoded : encoded.Range(0, distinct.Length), LexicalVectors.Fit(distinct), dimensions, input.Threads,
            input.Cancellation);
        var vectors = space.Project(encoded, input.Threads, input.Cancellation);
        return new CatalogueTexts(Rows(texts, distinct, vectors, 0), Rows(queries, asked, vectors, distinct.Length), space);
    }

    /// <summary>Returns the vectors of texts; zeros for one that is not among the encoded ones.</summary>
    /// <param name="texts">Texts to return.</param>
    /// <param name="encoded">Different texts.</param>
    /// <param name="vectors">Vectors of the encoded texts, in their order.</param>
    /// <param name="first">Row of the first encoded text.</param>
    private static Matrix Rows(string[] texts, string[] encoded, Matrix vectors, int first)
    {
        var rows = encoded.Index().ToDictionary(text => text.Item, text => first + text.Index);
        var found = new Matrix(texts.Length, vectors.Columns);
        for (int text = 0; text < texts.Length; text++)
            if (rows.TryGetValue(texts[text], out int row)) vectors.Row(row).CopyTo(found.Row(text));
        return found;
    }
}
