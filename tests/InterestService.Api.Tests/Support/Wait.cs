using System.Diagnostics;

namespace InterestService.Api.Tests.Support;

/// <summary>Waits for what another thread or process does, however busy the machine is.</summary>
internal static class Wait
{
    /// <summary>Far beyond what anything takes; it only turns a wait without end into a failure.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <param name="condition">What is waited for.</param>
    /// <param name="describe">Describes what there is instead, for the failure.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string>? describe = null)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.False(Stopwatch.GetElapsedTime(started) > Limit, $"Nothing came of it within {Limit.TotalMinutes} minutes. {describe?.Invoke()}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
