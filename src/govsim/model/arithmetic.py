"""Exponential, logarithm and normal quantile from + - * / and sqrt alone.

The C library's versions differ between processors (with and without FMA) and numpy's between
instruction sets, in up to 7 % of arguments. These give the same bits everywhere, in Python and
compiled. Algorithms: argument reduction and minimax polynomials as in fdlibm (Sun Microsystems,
1993); normal quantile AS 241 (Wichura 1988). Accuracy: within 1 ulp (exp, log), 1e-15 (quantile).
"""

from math import floor, sqrt

from govsim.model.bits import exponent, scaled

LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
LN2 = 0.6931471805599453
INVERSE_LN2 = 1.44269504088896338700
SQRT_HALF = 0.7071067811865476


def exp(x: float) -> float:
    """e to the x; 0 below -745, the largest float above 709."""
    if x > 709.0:
        x = 709.0
    if x < -745.0:
        return 0.0
    k = floor(x * INVERSE_LN2 + 0.5)
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t
            * (
                6.61375632143793436117e-05
                + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)
            )
        )
    )
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    return scaled(y, int(k))


def log(x: float) -> float:
    """Natural logarithm of a positive x."""
    k = exponent(x)
    m = scaled(x, -k)
    if m < SQRT_HALF:
        m = m * 2.0
        k = k - 1
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332))
    even = z * (
        0.6666666666666735130
        + w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591))
    )
    half = 0.5 * f * f
    return k * LN2_HIGH - ((half - (s * (half + odd + even) + k * LN2_LOW)) - f)


def logistic(x: float) -> float:
    """Probability whose log-odds are x."""
    return 1.0 / (1.0 + exp(-x))


def normal_quantile(p: float) -> float:
    """z with P(N(0, 1) <= z) = p, for 0 < p < 1 (AS 241, PPND16)."""
    q = p - 0.5
    if -0.425 <= q <= 0.425:
        return _centre(q)
    r = p if q < 0.0 else 1.0 - p
    r = sqrt(-log(r))
    z = _near_tail(r - 1.6) if r <= 5.0 else _far_tail(r - 5.0)
    return -z if q < 0.0 else z


def _centre(q: float) -> float:
    r = 0.180625 - q * q
    top = 2509.0809287301226727
    top = top * r + 33430.575583588128105
    top = top * r + 67265.770927008700853
    top = top * r + 45921.953931549871457
    top = top * r + 13731.693765509461125
    top = top * r + 1971.5909503065514427
    top = top * r + 133.14166789178437745
    top = top * r + 3.387132872796366608
    low = 5226.495278852545925
    low = low * r + 28729.085735721942674
    low = low * r + 39307.89580009271061
    low = low * r + 21213.794301586595867
    low = low * r + 5394.1960214247511077
    low = low * r + 687.1870074920579083
    low = low * r + 42.313330701600911252
    low = low * r + 1.0
    return q * top / low


def _near_tail(r: float) -> float:
    top = 7.7454501427834140764e-4
    top = top * r + 0.0227238449892691845833
    top = top * r + 0.24178072517745061177
    top = top * r + 1.27045825245236838258
    top = top * r + 3.64784832476320460504
    top = top * r + 5.7694972214606914055
    top = top * r + 4.6303378461565452959
    top = top * r + 1.42343711074968357734
    low = 1.05075007164441684324e-9
    low = low * r + 5.475938084995344946e-4
    low = low * r + 0.0151986665636164571966
    low = low * r + 0.14810397642748007459
    low = low * r + 0.68976733498510000455
    low = low * r + 1.6763848301838038494
    low = low * r + 2.05319162663775882187
    low = low * r + 1.0
    return top / low


def _far_tail(r: float) -> float:
    top = 2.01033439929228813265e-7
    top = top * r + 2.71155556874348757815e-5
    top = top * r + 0.0012426609473880784386
    top = top * r + 0.026532189526576123093
    top = top * r + 0.29656057182850489123
    top = top * r + 1.7848265399172913358
    top = top * r + 5.4637849111641143699
    top = top * r + 6.6579046435011037772
    low = 2.04426310338993978564e-15
    low = low * r + 1.4215117583164458887e-7
    low = low * r + 1.8463183175100546818e-5
    low = low * r + 7.868691311456132591e-4
    low = low * r + 0.0148753612908506148525
    low = low * r + 0.13692988092273580531
    low = low * r + 0.59983220655588793769
    low = low * r + 1.0
    return top / low
