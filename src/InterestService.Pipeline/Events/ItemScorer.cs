using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Events;

/// <summary>Scores every item for some users of a set: the higher, the likelier next. Returns [users x items], rows in the order of <paramref name="users"/>.</summary>
public delegate Matrix ItemScorer(InteractionSet set, int[] users);
