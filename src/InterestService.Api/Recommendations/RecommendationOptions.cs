using System.ComponentModel.DataAnnotations;

namespace InterestService.Api.Recommendations;

/// <summary>Settings of recommendations, in section <c>InterestService</c>.</summary>
internal sealed class RecommendationOptions
{
    /// <summary>Proportion of users in the control group, who get popular items only, 0 to 1. Default 0.</summary>
    [Range(0.0, 1.0)]
    public double ControlShare { get; set; }

    /// <summary>Determines, with the id of a user, who is in the control group; another salt gives another group.</summary>
    public string ControlSalt { get; set; } = "";

    /// <summary>
    /// Signs recommendation ids. Feedback on ids that were signed with another key does not count. The default is public, so that with it the
    /// signature detects mistakes and not forgeries.
    /// </summary>
    [Required]
    public string RecommendationKey { get; set; } = "interestservice";
}
