using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding;

/// <summary>A trained encoder: users' events to vectors, and to scores of items.</summary>
public interface IUserEncoder : IDisposable
{
    /// <summary>Encodes all users of a set over the items that it was trained on; they need not have been there in training.</summary>
    /// <returns><c>[users x dimensions]</c>, rows of unit length.</returns>
    Matrix Encode(InteractionSet set, CancellationToken cancellation);

    /// <summary>Scores every item for some users of a set: the higher, the likelier next.</summary>
    /// <param name="set">A set over the items that it was trained on.</param>
    /// <param name="users">Rows of the set; a few hundred at once, since the answer is dense.</param>
    /// <returns><c>[users x items]</c>, rows in the order of <paramref name="users"/>.</returns>
    Matrix Score(InteractionSet set, int[] users);

    /// <summary>Writes all that is needed to encode again, for the reader of its name in <see cref="Encoders.Saved"/>.</summary>
    void Save(Stream stream);
}
