using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Events;

/// <summary>Scores every item for some users of a set; a higher score means a likelier next item.</summary>
/// <param name="set">A set over the items that the scorer knows.</param>
/// <param name="users">Rows of the set.</param>
/// <returns><c>[users x items]</c>, rows in the order of <paramref name="users"/>.</returns>
public delegate Matrix ItemScorer(InteractionSet set, int[] users);
