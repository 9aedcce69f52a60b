using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace InterestService.Api.Exports;

/// <summary>Computes on several threads what is read by one and wanted in the same order.</summary>
internal static class OrderedWork
{
    /// <summary>Reads inputs and computes a result from each.</summary>
    /// <param name="read">Reads the inputs, one after the other, ahead of the result that is returned.</param>
    /// <param name="compute">Computes a result; called by several threads.</param>
    /// <param name="threads">How many results are computed, or wait to be returned, at once.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <returns>The results in the order of the inputs. An error of the reading or of a computation ends them.</returns>
    public static async IAsyncEnumerable<TResult> RunAsync<T, TResult>(
        Func<CancellationToken, IAsyncEnumerable<T>> read, Func<T, TResult> compute, int threads, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var results = Channel.CreateBounded<Task<TResult>>(threads);
        var reading = Task.Run(ReadAsync, CancellationToken.None);
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(cancellation)) yield return await result;
        }
        finally
        {
            // The connection is free when the reading has ended.
            await stop.CancelAsync();
            await reading;
        }

        async Task ReadAsync()
        {
            try
            {
                await foreach (var input in read(stop.Token))
                    await results.Writer.WriteAsync(Task.Run(() => compute(input), CancellationToken.None), stop.Token);
                results.Writer.Complete();
            }
            catch (Exception error)
            {
                results.Writer.Complete(error); // which the reader of the results gets
            }
        }
    }
}
