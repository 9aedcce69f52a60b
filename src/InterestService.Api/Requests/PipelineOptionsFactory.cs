using InterestService.Pipeline;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Requests;

/// <summary>The pipeline's options: the configuration's, overridden by the request.</summary>
internal sealed class PipelineOptionsFactory(IOptions<PipelineDefaults> defaults, TimeProvider time)
{
    public PipelineOptions For(ClusterCount clusters, bool fewerClusters, int seed, string device, ClusteringParameters parameters) => parameters.ApplyTo(new PipelineOptions
    {
        Clusters = clusters.Number,
        FewerClusters = fewerClusters,
        Seed = seed,
        Device = device,
        Threads = defaults.Value.Threads > 0 ? defaults.Value.Threads : Environment.ProcessorCount,
        // Allows one day for clocks that are fast.
        Cleaning = new()
        {
            Meanings = defaults.Value.ToMeanings(),
            LatestTime = time.GetUtcNow().AddDays(1),
        },
    });
}
