using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>Trains an encoder and encodes the users: the step of <see cref="InterestPipeline"/> that takes longest.</summary>
/// <param name="options">Options of all stages.</param>
/// <param name="report">Receives the completed fraction, and the last epoch of the training if there is any.</param>
/// <param name="cancellation">Checked between training steps and chunks of rows.</param>
internal sealed class UserEncoding(PipelineOptions options, Action<double, EpochReport?> report, CancellationToken cancellation)
{
    private readonly List<EpochReport> _epochs = [];

    /// <summary>Trains the encoder without the held-out items, then encodes all events.</summary>
    /// <exception cref="PipelineException">The training diverged.</exception>
    public EncodedUsers Encode(PreparedEvents events)
    {
        report(0, null);
        var descriptor = Encoders.Named(options.Encoder);
        var input = new EncoderInput(
            events.Training, events.Catalogue, options.Seed, Devices.Resolve(options.Device, descriptor), options.Threads, cancellation)
        {
            Validate = score => Validate(events, score),
            Report = OnEpoch,
            TextModels = options.TextModels,
        };
        var encoder = descriptor.Fit(input, options.Parameters);
        try
        {
            var vectors = encoder.Encode(events.All, cancellation);
            events.Histories.Unify(vectors);
            var known = KnownUsers.Find(events.All, encoder);
            var space = ClusteringSpace.Fit(known.Of(vectors), options.Clusters, descriptor.Whitening, options.Threads, cancellation);
            vectors = space.Project(vectors, options.Threads, cancellation);
            if (events.Previous is { } previous) vectors = VectorSmoothing.Smooth(vectors, previous, options.CarryOver, options.Threads);
            return new EncodedUsers(encoder, space, vectors, known, events.Previous, _epochs);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
        finally
        {
            TorchRuntime.ReleaseFreeMemory();
        }
    }

    private double? Validate(PreparedEvents events, ItemScorer score) => events.Validation.Count >= HeldOutItems.Enough
        ? RankingMetrics.Evaluate(score, events.Training, events.Validation, cancellation).RecallAt10
        : null;

    private void OnEpoch(EpochReport epoch)
    {
        if (epoch.Loss is { } loss && !double.IsFinite(loss))
        {
            throw new PipelineException(
                FailureCode.TrainingDiverged, $"The loss of epoch {epoch.Epoch} is not a number; the learningRate is too high for these events.");
        }

        _epochs.Add(epoch);
        report((double)epoch.Epoch / epoch.Epochs, epoch);
    }
}
