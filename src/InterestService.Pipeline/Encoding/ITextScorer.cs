using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding;

/// <summary>An encoder that knows items by their texts, so that items need not be those of its training.</summary>
public interface ITextScorer : IUserEncoder
{
    /// <summary>Computes the vectors of items by their texts.</summary>
    /// <param name="items">Catalogue entries.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <returns><c>[items x dimensions]</c>; zeros for an item without any text.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    Matrix EncodeTexts(IReadOnlyList<ItemDescription> items, CancellationToken cancellation);

    /// <summary>Scores items for some users, on the scale of <see cref="IUserEncoder.Score"/>.</summary>
    /// <param name="set">A set over the items of the training.</param>
    /// <param name="users">Rows of the set.</param>
    /// <param name="items">Vectors of items by <see cref="EncodeTexts"/>.</param>
    /// <param name="scores"><c>[users x items]</c>, rows in the order of <paramref name="users"/>; overwritten.</param>
    void Score(InteractionSet set, int[] users, Matrix items, Matrix scores);
}
