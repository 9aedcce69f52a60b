using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// A trained encoder: users' events to vectors, and to scores of items. After training or loading it does not change any more:
/// <see cref="Encode"/>, <see cref="Score"/> and <see cref="Save"/> may be called from several threads at once, with the same
/// results as sequential calls. <see cref="IDisposable.Dispose"/> must come last.
/// </summary>
public interface IUserEncoder : IDisposable
{
    /// <summary>Encodes all users of a set over the items that it was trained on; the users need not be those of the training.</summary>
    /// <param name="set">A set over the items of the training; types and users may be others. A user may have no items.</param>
    /// <param name="cancellation">Checked before each chunk of users.</param>
    /// <returns>
    /// <c>[users x dimensions]</c>, rows of unit length. A user without items gets a direction without information, or zeros where the
    /// encoder has none.
    /// </returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    Matrix Encode(InteractionSet set, CancellationToken cancellation);

    /// <summary>
    /// Whether the encoder knows anything of a user: false if the user's vector is the same whatever the user did, as that of a user of items
    /// without texts where only texts are read. The default is true for every user.
    /// </summary>
    /// <param name="set">A set over the items of the training.</param>
    /// <param name="user">A row of the set.</param>
    bool Knows(InteractionSet set, int user) => true;

    /// <summary>Scores every item for some users of a set; a higher score means a likelier next item.</summary>
    /// <param name="set">A set over the items that it was trained on.</param>
    /// <param name="users">Rows of the set; a few hundred at once, since the scores are dense.</param>
    /// <param name="scores"><c>[users x items]</c>, rows in the order of <paramref name="users"/>; overwritten.</param>
    void Score(InteractionSet set, int[] users, Matrix scores);

    /// <summary>Writes all that is needed to encode again, for <see cref="EncoderDescriptor.Load"/> of the encoder's descriptor.</summary>
    void Save(Stream stream);
}
