using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// What users read, by a pretrained language model: every item is the vector of its title and categories (<see
/// cref="CatalogueTexts"/>), every user the sum of the items, the recent and the rare ones counting more. Nothing is trained on
/// behaviour, so an item that nobody has touched has its place too. Items without any text count nothing; a user who has only
/// such items gets the direction of the mean user. Scores are cosines, but for the user's length. With more dimensions than the
/// model has, the rest is zero.
/// </summary>
public sealed class TextEncoder : IUserEncoder
{
    private readonly ItemSpace _users;
    private readonly TextSpace _texts;

    private TextEncoder(ItemSpace users, TextSpace texts)
    {
        _users = users;
        _texts = texts;
    }

    /// <summary>Encodes each different text once; reports each batch of texts.</summary>
    /// <exception cref="IOException">The folder of the language model, or a file in it, is not there.</exception>
    /// <exception cref="PipelineException">No item has a title or a category.</exception>
    public static TextEncoder Fit(EncoderInput input)
    {
        var texts = CatalogueTexts.Encode(input, (batch, batches) => input.Report(new EpochReport(batch, batches, null, null)));
        return new TextEncoder(new ItemSpace(input.Training, TfIdf.Fit(input.Training), texts.Items, input.Cancellation), texts.Space);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TextEncoder Load(Stream stream, EncoderShape shape) =>
        new(ItemSpace.Load(stream), new TextSpace(SavedMatrices.Read(stream), SavedMatrices.Read(stream)));

    public Matrix Encode(InteractionSet set, CancellationToken cancellation) => _users.Encode(set, cancellation);

    public Matrix Score(InteractionSet set, int[] users) => _users.Score(set, users);

    /// <summary>The users' side as the SVD's, then what takes new texts to vectors: the mean and the components.</summary>
    public void Save(Stream stream)
    {
        _users.Save(stream);
        SavedMatrices.Write(stream, _texts.Mean, _texts.Components);
    }

    public void Dispose()
    {
    }
}
