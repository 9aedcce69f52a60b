namespace InterestService.Api.Tests.Support;

/// <summary>Waits for what another thread or process does, however busy the machine is.</summary>
internal static class Wait
{
    /// <summary>Far beyond what anything takes; it only turns a wait without end into a failure.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Limit);
        while (!await condition()) await Task.Delay(5, timeout.Token);
    }
}
