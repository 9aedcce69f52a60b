using InterestService.Api.LanguageModels;
using InterestService.Pipeline;
using InterestService.Pipeline.LanguageModels;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Requests;

/// <summary>The pipeline's options: the configuration's, overridden by the request.</summary>
internal sealed class PipelineOptionsFactory(
    IOptions<PipelineDefaults> defaults, IOptions<TextModelOptions> textModel, TextModels textModels, TimeProvider time)
{
    public PipelineOptions For(ClusterCount clusters, bool fewerClusters, int seed, string device, ClusteringParameters parameters)
    {
        var options = parameters.ApplyTo(Defaults(clusters, fewerClusters, seed, device));
        // The included model is stored without a source, as it always was.
        var source = textModel.Value.ToSource();
        return source == new TextModelSource() ? options : options with { Parameters = options.Parameters.With(nameof(textModel), source) };
    }

    private PipelineOptions Defaults(ClusterCount clusters, bool fewerClusters, int seed, string device) => new()
    {
        Clusters = clusters.Number,
        FewerClusters = fewerClusters,
        Seed = seed,
        Device = device,
        Threads = defaults.Value.ThreadCount,
        // Allows one day for clocks that are fast.
        Cleaning = new()
        {
            Meanings = defaults.Value.ToMeanings(),
            LatestTime = time.GetUtcNow().AddDays(1),
        },
        TextModels = textModels,
    };
}
