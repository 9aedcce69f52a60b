using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Events;

/// <summary>Scores every item for some users of a set; a higher score means a likelier next item.</summary>
/// <param name="set">A set over the items that the scorer knows.</param>
/// <param name="users">Rows of the set.</param>
/// <param name="scores"><c>[users x items]</c>, rows in the order of <paramref name="users"/>; overwritten. The caller can use it again.</param>
public delegate void ItemScorer(InteractionSet set, int[] users, Matrix scores);
