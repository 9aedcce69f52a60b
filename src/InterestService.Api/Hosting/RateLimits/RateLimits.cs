using System.Globalization;
using System.Threading.RateLimiting;
using InterestService.Api.Hosting.ApiKeys;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting.RateLimits;

/// <summary>
/// Limits the requests of each caller by the kind of work, so that one that runs wild takes nothing from the others: what is beyond is answered
/// 429 at once. What all callers together can be served is the matter of <see cref="Http.RequestLimiter"/>. Thread-safe.
/// </summary>
internal sealed class RateLimits(IOptions<RateLimitOptions> options) : IDisposable
{
    private const int BurstSeconds = 10;

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string>? _lookups = Create(options.Value.Lookups);
    private readonly PartitionedRateLimiter<string>? _uploads = Create(options.Value.Uploads);
    private readonly PartitionedRateLimiter<string>? _administration = Create(options.Value.Administration);

    /// <summary>Whether lookups are limited.</summary>
    public bool LimitsLookups => _lookups is not null;

    /// <summary>Takes a request into account.</summary>
    /// <param name="scope">The scope of its endpoint, which tells the kind of work.</param>
    /// <param name="caller">Name of the caller.</param>
    /// <returns>Null when it may proceed; else the seconds after which it may.</returns>
    public int? Take(RequiredScope scope, string caller)
    {
        var limiter = scope.AnyOf.Contains(Scopes.ReadInterests) ? _lookups : scope.AnyOf.Contains(Scopes.WriteEvents) ? _uploads : _administration;
        if (limiter is null) return null;
        using var lease = limiter.AttemptAcquire(caller);
        if (lease.IsAcquired) return null;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : _period;
        return Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
    }

    public void Dispose()
    {
        foreach (var limiter in new[] { _lookups, _uploads, _administration }) limiter?.Dispose();
    }

    private static PartitionedRateLimiter<string>? Create(int perSecond)
    {
        if (perSecond == 0) return null;
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond * BurstSeconds,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = _period,
            AutoReplenishment = false, // the partitions are replenished together
            QueueLimit = 0,
        };
        return PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.Get<string>(caller, _ => new TokenBucketRateLimiter(bucket)));
    }
}

internal static class RateLimitServices
{
    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddSettings<RateLimitOptions>(RateLimitOptions.Subsection);
        services.AddSingleton<RateLimits>();
    }

    /// <summary>Follows the check of the keys, which tells who the caller is.</summary>
    public static void UseRateLimits(this WebApplication app)
    {
        RateLimits? limits = null;
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is not { } scope) return next(context);
            limits ??= app.Services.GetRequiredService<RateLimits>();
            return limits.Take(scope, context.CallerName()) is { } seconds ? RefuseAsync(context, seconds) : next(context);
        });
    }

    private static Task RefuseAsync(HttpContext context, int seconds)
    {
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            statusCode: StatusCodes.Status429TooManyRequests, title: "Too many requests.",
            detail: $"The caller '{context.CallerName()}' has sent more requests of this kind than it may. Try again in {seconds} s.").ExecuteAsync(context);
    }
}
