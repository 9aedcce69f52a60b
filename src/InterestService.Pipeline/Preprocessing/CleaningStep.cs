namespace InterestService.Pipeline.Preprocessing;

/// <summary>What one step of cleaning removed.</summary>
/// <param name="Step"><c>withoutItem</c>, <c>withoutWeight</c>, <c>future</c>, <c>repeated</c>, <c>robots</c> or <c>support</c>.</param>
/// <param name="RemovedEvents">Events removed by this step.</param>
/// <param name="RemovedUsers">Users left without any event by this step.</param>
/// <param name="RemainingEvents">Events left after this step.</param>
/// <param name="RemainingUsers">Users left after this step.</param>
public sealed record CleaningStep(string Step, int RemovedEvents, int RemovedUsers, int RemainingEvents, int RemainingUsers);
