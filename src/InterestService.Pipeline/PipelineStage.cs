using InterestService.Pipeline.Encoding;

namespace InterestService.Pipeline;

/// <summary>The stages of a clustering in their order. The caller runs the first and the last two.</summary>
public enum PipelineStage
{
    /// <summary>Loads events.</summary>
    Load,

    /// <summary>Removes noise and weights interactions.</summary>
    Clean,

    /// <summary>Trains the encoder and computes a vector for each user.</summary>
    Encode,

    /// <summary>Clusters the vectors.</summary>
    Cluster,

    /// <summary>Evaluates the clusters.</summary>
    Evaluate,

    /// <summary>Explains and names the clusters.</summary>
    Profile,

    /// <summary>Draws the map of the users.</summary>
    Project,

    /// <summary>Encodes, assigns and counts the users who were not in the training sample, if there is one.</summary>
    Assign,

    /// <summary>Saves the results.</summary>
    Save,
}

/// <summary>Progress of a clustering.</summary>
/// <param name="Stage">The current stage.</param>
/// <param name="Fraction">Part of the stage that is done, 0 to 1.</param>
/// <param name="Epoch">The last epoch of the stage; null before the first and in stages that have none.</param>
public readonly record struct PipelineProgress(PipelineStage Stage, double Fraction, EpochReport? Epoch = null)
{
    // End of each stage on the scale from 0 to 1, after approximate shares of the time on a few hundred thousand events.
    private static readonly double[] _ends = [.1, .15, .72, .82, .88, .91, .95, .99, 1];

    /// <summary>Part of the whole that is done, 0 to 1.</summary>
    public double Overall
    {
        get
        {
            double start = Stage == 0 ? 0 : _ends[(int)Stage - 1];
            return start + Fraction * (_ends[(int)Stage] - start);
        }
    }
}
