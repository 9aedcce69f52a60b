using System.Diagnostics;

namespace InterestService.Pipeline.Tests;

/// <summary>Measures how long work continues after its cancellation.</summary>
internal static class CancellationDelay
{
    private const int Attempts = 3;

    /// <summary>
    /// Asserts that work stops soon after its cancellation. The shortest of several attempts counts: other tests that run at the same time
    /// delay an attempt, and code that does not check its token is slow in all of them.
    /// </summary>
    /// <param name="limitSeconds">Longest time from the cancellation to the exception.</param>
    /// <param name="cancelAfterMilliseconds">Time from the start of the work to its cancellation.</param>
    /// <param name="work">Runs once; it is repeated until it is cancelled.</param>
    public static void AssertAtMost(double limitSeconds, int cancelAfterMilliseconds, Action<CancellationToken> work)
    {
        double shortest = double.PositiveInfinity;
        for (int attempt = 0; attempt < Attempts && shortest > limitSeconds; attempt++)
            shortest = Math.Min(shortest, Measure(cancelAfterMilliseconds, work));
        Assert.InRange(shortest, 0, limitSeconds);
    }

    private static double Measure(int cancelAfterMilliseconds, Action<CancellationToken> work)
    {
        using var stop = new CancellationTokenSource();
        var watch = new Stopwatch();
        using var timer = new Timer(_ => { watch.Start(); stop.Cancel(); }, null, cancelAfterMilliseconds, Timeout.Infinite);
        Assert.ThrowsAny<OperationCanceledException>(RunUntilCancelled);
        return watch.Elapsed.TotalSeconds;

        void RunUntilCancelled()
        {
            while (true)
            {
                stop.Token.ThrowIfCancellationRequested(); // work that completes before its cancellation
                work(stop.Token);
            }
        }
    }
}
