namespace InterestService.Pipeline.Numerics;

/// <summary>Tells how far a stage of several equal parts is, between two fractions of the whole; parts may end on any thread.</summary>
internal sealed class StageProgress(Action<double>? report, double from, double to, int parts)
{
    private readonly Lock _lock = new();
    private int _done;

    public void Step()
    {
        lock (_lock)
            report?.Invoke(from + ((to - from) * ++_done / parts));
    }
}
